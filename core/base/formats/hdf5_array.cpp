// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/formats/hdf5_array.h"

#include <algorithm>
#include <array>
#include <new>
#include <optional>
#include <utility>

#include "core/base/formats/hdf5.h"

namespace exitscope::formats {
namespace {

constexpr std::size_t most_arrays = 1000;
constexpr int most_groups = 4;  ///< in one another
constexpr int most_axes = 8;
constexpr std::size_t longest_text = 1 << 16;

/// What `work` returns; an Error that names the file when HDF5 fails.
template <class Work>
auto with_library(const std::string& file, Work&& work) -> decltype(work())
{
    const hdf5::Session session;
    try {
        return work();
    } catch (const hdf5::Failure& failure) {
        return bad_input(file, failure.detail);
    } catch (const std::bad_alloc&) {
        return bad_input(file, "needs more memory than there is");
    }
}

/// An open file, closed when the last array of it goes.
struct OpenFile {
    explicit OpenFile(std::string file_name) : name(std::move(file_name)) {}
    ~OpenFile()
    {
        const hdf5::Session session;
        handle.reset();
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    std::string name;
    hdf5::Handle handle;
};
using OpenFilePtr = std::shared_ptr<const OpenFile>;

/// Whether an enumeration is h5py's bool.
bool is_bool(hid_t type)
{
    return H5Tget_nmembers(type) == 2 && H5Tget_size(type) == 1;
}

/// nullopt for types that no array of ours holds.
std::optional<ElementType> element_type(hid_t type)
{
    const std::size_t size = H5Tget_size(type);
    const bool usual = size == 2 || size == 4 || size == 8;
    switch (H5Tget_class(type)) {
    case H5T_INTEGER:
        if (size == 1 || usual)
            return ElementType{H5Tget_sign(type) == H5T_SGN_NONE ? 'u' : 'i', static_cast<unsigned>(size)};
        return std::nullopt;
    case H5T_FLOAT: return usual ? std::optional(ElementType{'f', static_cast<unsigned>(size)}) : std::nullopt;
    case H5T_ENUM: return is_bool(type) ? std::optional(ElementType{'b', 1}) : std::nullopt;
    case H5T_BITFIELD: return size == 1 ? std::optional(ElementType{'b', 1}) : std::nullopt;
    case H5T_STRING:
        if (H5Tis_variable_str(type) <= 0 && size > longest_text)
            return std::nullopt;
        return ElementType{'S', static_cast<unsigned>(size)};
    default: return std::nullopt;
    }
}

std::string kind_name(hid_t type)
{
    switch (H5Tget_class(type)) {
    case H5T_VLEN: return "entries of varying length (encoded images, perhaps: save the files in a folder)";
    case H5T_COMPOUND: return "records (save their fields as arrays)";
    case H5T_REFERENCE: return "references";
    default: return "values of a type that is not read";
    }
}

/// The strings of a data set or an attribute of `count` texts; `read` is H5Dread or H5Aread, bound.
template <class Read>
std::vector<std::string> read_strings(hid_t stored, std::size_t count, const std::string& path, Read&& read)
{
    std::vector<std::string> made;
    const hdf5::Handle type = hdf5::checked(H5Tcopy(H5T_C_S1), H5Tclose, path, "no string type");
    const bool variable = H5Tis_variable_str(stored) > 0;
    const std::size_t width = variable ? 0 : H5Tget_size(stored);
    if (!variable && (width == 0 || width > longest_text))
        throw hdf5::Failure{path + ": holds texts of an impossible length"};
    hdf5::check(H5Tset_size(type.id(), variable ? H5T_VARIABLE : width), path, "no string type");
    hdf5::check(H5Tset_cset(type.id(), H5Tget_cset(stored)), path, "no string type");
    hdf5::check(H5Tset_strpad(type.id(), variable ? H5T_STR_NULLTERM : H5T_STR_NULLPAD), path, "no string type");
    if (variable) {
        std::vector<char*> texts(count, nullptr);
        const herr_t status = read(type.id(), static_cast<void*>(texts.data()));
        for (char* text : texts) {
            if (text != nullptr)
                made.emplace_back(text, ::strnlen(text, longest_text));
            else
                made.emplace_back();
            H5free_memory(text);
        }
        hdf5::check(status, path, "cannot be read");
        return made;
    }
    std::string packed(width * count, '\0');
    hdf5::check(read(type.id(), static_cast<void*>(packed.data())), path, "cannot be read");
    for (std::size_t i = 0; i < count; ++i)
        made.emplace_back(packed.data() + i * width, ::strnlen(packed.data() + i * width, width));
    return made;
}

class Hdf5Array final : public Array {
public:
    Hdf5Array(OpenFilePtr file, hdf5::Handle dataset, std::string path, ElementType type, Shape shape)
        : Array(file->name + "(" + path + ")", type, std::move(shape)), file_(std::move(file)),
          dataset_(std::move(dataset)), path_(std::move(path))
    {
    }
    ~Hdf5Array() override
    {
        const hdf5::Session session;
        dataset_.reset();
    }

    Expected<void> read(std::uint64_t row, std::span<std::uint8_t> out) const override
    {
        if (type().is_byte())
            return read_as(row, out.size(), H5T_NATIVE_UINT8, out.data());
        if (type().kind != 'b')
            return bad_input(name(), "is " + describe() + ", bytes are expected");
        return read_bools(row, out);
    }
    Expected<void> read(std::uint64_t row, std::span<float> out) const override { return read_numbers(row, out); }
    Expected<void> read(std::uint64_t row, std::span<double> out) const override { return read_numbers(row, out); }

    Expected<std::vector<std::string>> texts() const override
    {
        if (!type().is_text() || shape().size() != 1)
            return bad_input(name(), "is " + describe() + ", a list of texts is expected");
        constexpr std::size_t block_rows = 4096;
        std::vector<std::string> made;
        return with_library(file_->name, [&]() -> Expected<std::vector<std::string>> {
            const hdf5::Handle stored = hdf5::checked(H5Dget_type(dataset_.id()), H5Tclose, path_, "has no type");
            for (std::uint64_t row = 0; row < rows(); row += block_rows) {
                const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(block_rows, rows() - row));
                const Selection selection = select(row, count);
                for (std::string& text : read_strings(stored.id(), count, path_, [&](hid_t memory, void*to) {
                         return H5Dread(dataset_.id(), memory, selection.memory.id(), selection.file.id(), H5P_DEFAULT,
                                        to);
                     }))
                    made.push_back(std::move(text));
            }
            return std::move(made);
        });
    }

    /// Reads what tells whether the array is sound: its index of chunks, its ends, its texts.
    void touch() const
    {
        constexpr std::uint64_t largest_row = 64 << 20;
        hsize_t chunks = 0;
        const hdf5::Handle space(H5Dget_space(dataset_.id()), H5Sclose);
        H5Dget_num_chunks(dataset_.id(), space.id(), &chunks);
        if (type().is_text()) {
            static_cast<void>(texts());
            return;
        }
        if (rows() == 0 || row_elements() == 0 || row_elements() > largest_row)
            return;
        std::vector<double> row(static_cast<std::size_t>(row_elements()));
        static_cast<void>(read(0, std::span(row)));
        static_cast<void>(read(rows() - 1, std::span(row)));
    }

    /// The whole file, because arrays may lie in many parts of it.
    void add_to_hash(ContentHash& hash) const override
    {
        hash.add(std::as_bytes(std::span(path_)));
        if (const Expected<BytesPtr> bytes = open_bytes(file_->name))
            formats::add_to_hash(hash, **bytes);
    }

private:
    struct Selection {
        hdf5::Handle file;
        hdf5::Handle memory;
    };

    Selection select(std::uint64_t row, std::uint64_t count) const
    {
        hdf5::Dimensions start(shape().size(), 0);
        hdf5::Dimensions extent(shape().begin(), shape().end());
        start[0] = row;
        extent[0] = count;
        Selection made;
        made.file = hdf5::checked(H5Dget_space(dataset_.id()), H5Sclose, path_, "has no shape");
        hdf5::check(H5Sselect_hyperslab(made.file.id(), H5S_SELECT_SET, start.data(), nullptr, extent.data(), nullptr),
                    path_, "has no such row");
        made.memory = hdf5::checked(H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr), H5Sclose,
                                    path_, "has an impossible shape");
        return made;
    }

    Expected<void> read_as(std::uint64_t row, std::size_t values, hid_t memory_type, void* out) const
    {
        return with_library(file_->name, [&]() -> Expected<void> {
            const Selection selection = select(row, values / row_elements());
            hdf5::check(
                H5Dread(dataset_.id(), memory_type, selection.memory.id(), selection.file.id(), H5P_DEFAULT, out),
                path_, "cannot be read");
            return {};
        });
    }

    /// Bytes 0 and 1, as h5py (an enumeration) and PyTables (a bit field) store them.
    Expected<void> read_bools(std::uint64_t row, std::span<std::uint8_t> out) const
    {
        return with_library(file_->name, [&]() -> Expected<void> {
            const hdf5::Handle stored = hdf5::checked(H5Dget_type(dataset_.id()), H5Tclose, path_, "has no type");
            const hdf5::Handle native =
                hdf5::checked(H5Tget_native_type(stored.id(), H5T_DIR_ASCEND), H5Tclose, path_, "has no type");
            const Selection selection = select(row, out.size() / row_elements());
            hdf5::check(H5Dread(dataset_.id(), native.id(), selection.memory.id(), selection.file.id(), H5P_DEFAULT,
                                out.data()),
                        path_, "cannot be read");
            return {};
        });
    }

    template <class Value>
    Expected<void> read_numbers(std::uint64_t row, std::span<Value> out) const
    {
        if (type().is_text())
            return bad_input(name(), "holds texts where numbers are expected");
        if (type().kind != 'b')
            return read_as(row, out.size(), hdf5::native_type<Value>(), out.data());
        std::vector<std::uint8_t> bools(out.size());
        if (Expected<void> done = read_bools(row, bools); !done)
            return done;
        std::copy(bools.begin(), bools.end(), out.begin());
        return {};
    }

    OpenFilePtr file_;
    hdf5::Handle dataset_;
    std::string path_;
};

/// Names of the links of a group that are objects of this file, sorted.
std::vector<std::string> members(hid_t group)
{
    H5G_info_t info;
    if (H5Gget_info(group, &info) < 0)
        return {};
    std::vector<std::string> names;
    for (hsize_t i = 0; i < std::min<hsize_t>(info.nlinks, most_arrays); ++i) {
        std::array<char, 256> name{};
        const ssize_t size =
            H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, name.data(), name.size(), H5P_DEFAULT);
        H5L_info_t link;
        if (size > 0 && static_cast<std::size_t>(size) < name.size() &&
            H5Lget_info(group, name.data(), &link, H5P_DEFAULT) >= 0 && link.type == H5L_TYPE_HARD)
            names.emplace_back(name.data());
    }
    return names;
}

void list_arrays(hid_t group, const std::string& prefix, int depth, std::vector<std::string>& arrays)
{
    for (const std::string& name : members(group)) {
        if (arrays.size() >= most_arrays)
            return;
        const hdf5::Handle object(H5Oopen(group, name.c_str(), H5P_DEFAULT), H5Oclose);
        const H5I_type_t type = object.valid() ? H5Iget_type(object.id()) : H5I_BADID;
        if (type == H5I_DATASET)
            arrays.push_back(prefix + name);
        else if (type == H5I_GROUP && depth < most_groups && name != "#refs#")  // MATLAB's cells
            list_arrays(object.id(), prefix + name + "/", depth + 1, arrays);
    }
}

/// The texts of an attribute with one axis or none; empty when there is no such attribute.
std::vector<std::string> attribute_texts(hid_t object, const char* name)
{
    if (H5Aexists(object, name) <= 0)
        return {};
    const std::string path = std::string("@") + name;
    const hdf5::Handle attribute = hdf5::checked(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, path, "is damaged");
    const hdf5::Handle stored = hdf5::checked(H5Aget_type(attribute.id()), H5Tclose, path, "has no type");
    const hdf5::Handle space = hdf5::checked(H5Aget_space(attribute.id()), H5Sclose, path, "has no shape");
    const hssize_t count = H5Sget_simple_extent_npoints(space.id());
    if (H5Tget_class(stored.id()) != H5T_STRING || count < 1 || count > 65536 ||
        H5Aget_storage_size(attribute.id()) > std::uint64_t{1} << 26)
        return {};
    return read_strings(stored.id(), static_cast<std::size_t>(count), path,
                        [&](hid_t memory, void* to) { return H5Aread(attribute.id(), memory, to); });
}

bool holds(const std::vector<std::string>& names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Throws for files that are no data, with what they are.
void refuse_foreign(hid_t root)
{
    const std::vector<std::string> format = attribute_texts(root, "format");
    if (holds(format, "exitscope-run"))
        throw hdf5::Failure{
            "is a run of Exitscope, which holds answers and no images: name the images that it was made "
            "from, or open it as a run"};
    const std::vector<std::string> names = members(root);
    const bool keras = H5Aexists(root, "keras_version") > 0 || H5Aexists(root, "layer_names") > 0 ||
                       holds(names, "model_weights") || holds(names, "_layer_checkpoint_dependencies");
    if (keras)
        throw hdf5::Failure{
            "holds a Keras model or its weights, no images: export it with model.export(\"model.onnx\", "
            "format=\"onnx\") and give that as the model"};
}

class Hdf5File final : public ArrayFile {
public:
    Hdf5File(OpenFilePtr file, bool from_matlab) : file_(std::move(file)), from_matlab_(from_matlab)
    {
        list_arrays(file_->handle.id(), "", 1, arrays_);
    }

    const std::string& name() const override { return file_->name; }
    const std::vector<std::string>& arrays() const override { return arrays_; }
    bool reverses_axes() const override { return from_matlab_; }

    Expected<ArrayPtr> open(const std::string& array) const override
    {
        return with_library(name(), [&]() -> Expected<ArrayPtr> {
            hdf5::Handle dataset = open_dataset(array, H5P_DEFAULT);
            const hdf5::Handle stored = hdf5::checked(H5Dget_type(dataset.id()), H5Tclose, array, "has no type");
            const std::optional<ElementType> type = element_type(stored.id());
            if (!type)
                throw hdf5::Failure{array + ": holds " + kind_name(stored.id())};
            const hdf5::Dimensions dimensions = hdf5::checked_dimensions(dataset.id(), most_axes, array);
            if (const hdf5::Handle cached = chunk_cache(dataset.id(), dimensions, array); cached.valid()) {
                dataset.reset();  // or its cache would be shared
                dataset = open_dataset(array, cached.id());
            }
            return std::make_shared<Hdf5Array>(file_, std::move(dataset), array, *type,
                                               Shape(dimensions.begin(), dimensions.end()));
        });
    }

    /// Looks at everything that decides how the file is read.
    void touch() const
    {
        for (const std::string& array : arrays_)
            if (const Expected<ArrayPtr> opened = open(array))
                static_cast<const Hdf5Array&>(**opened).touch();
        static_cast<void>(class_names());
    }

    std::vector<std::string> class_names() const override
    {
        Expected<std::vector<std::string>> names =
            with_library(name(), [&]() -> Expected<std::vector<std::string>> { return stated_names(); });
        return names ? std::move(*names) : std::vector<std::string>();
    }

private:
    hdf5::Handle open_dataset(const std::string& array, hid_t properties) const
    {
        return hdf5::checked(H5Dopen2(file_->handle.id(), array.c_str(), properties), H5Dclose, array,
                             "is not a data set");
    }

    /// Access to a chunked data set with room for the chunks of a few rows of chunks, so that rows read one after the
    /// other unpack each chunk once; none for other layouts. Throws when one chunk is too large.
    static hdf5::Handle chunk_cache(hid_t dataset, const hdf5::Dimensions& dimensions, const std::string& path)
    {
        constexpr std::uint64_t most_bytes = std::uint64_t{1} << 30;
        constexpr std::uint64_t usual_bytes = std::uint64_t{64} << 20;
        const hdf5::Handle properties = hdf5::checked(H5Dget_create_plist(dataset), H5Pclose, path, "has no layout");
        if (H5Pget_layout(properties.id()) != H5D_CHUNKED)
            return {};
        hdf5::Dimensions chunk(dimensions.size(), 0);
        H5Pget_chunk(properties.id(), static_cast<int>(chunk.size()), chunk.data());
        const hdf5::Handle stored = hdf5::checked(H5Dget_type(dataset), H5Tclose, path, "has no type");
        std::uint64_t chunk_bytes = H5Tget_size(stored.id());
        for (const hsize_t extent : chunk)
            chunk_bytes = saturating_product(chunk_bytes, extent);
        if (chunk_bytes > most_bytes)
            throw hdf5::Failure{path + ": is stored in chunks of " + hdf5::text(chunk) +
                                ", which are read up to 1 GiB each: save it with chunks of a few images"};
        std::uint64_t row_bytes = chunk_bytes;  // of the chunks that hold one row
        for (std::size_t axis = 1; axis < chunk.size(); ++axis)
            row_bytes =
                saturating_product(row_bytes, (dimensions[axis] + chunk[axis] - 1) / std::max<hsize_t>(chunk[axis], 1));
        const std::uint64_t bytes = std::clamp(saturating_product(row_bytes, 4), usual_bytes, most_bytes);
        hdf5::Handle access = hdf5::checked(H5Pcreate(H5P_DATASET_ACCESS), H5Pclose, path, "cannot be opened");
        constexpr std::size_t slots = 12421;
        constexpr double forget_read_ones_first = 1.0;
        hdf5::check(H5Pset_chunk_cache(access.id(), slots, static_cast<std::size_t>(bytes), forget_read_ones_first),
                    path, "cannot be opened");
        return access;
    }

    std::vector<std::string> stated_names() const
    {
        constexpr std::array keys{"class_names", "classes", "label_names", "categories", "names"};
        for (const char* key : keys)
            if (std::vector<std::string> names = attribute_texts(file_->handle.id(), key); names.size() > 1)
                return names;
        for (const std::string& array : arrays_) {
            const hdf5::Handle dataset = open_dataset(array, H5P_DEFAULT);
            for (const char* key : keys)
                if (std::vector<std::string> names = attribute_texts(dataset.id(), key); names.size() > 1)
                    return names;
        }
        return {};
    }

    OpenFilePtr file_;
    bool from_matlab_;
    std::vector<std::string> arrays_;
};

}  // namespace

bool is_hdf5(const Bytes& bytes)
{
    constexpr std::array<unsigned char, 8> signature{0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    std::array<std::byte, 8> found{};
    for (std::uint64_t offset = 0; offset <= 4096; offset = offset == 0 ? 512 : 2 * offset)
        if (offset + found.size() <= bytes.size() && bytes.read(offset, found) &&
            std::memcmp(found.data(), signature.data(), found.size()) == 0)
            return true;
    return false;
}

Expected<ArrayFilePtr> open_hdf5_file(const std::filesystem::path& path)
{
    Expected<BytesPtr> bytes = open_bytes(path);
    if (!bytes)
        return forward(bytes);
    constexpr std::string_view matlab = "MATLAB";
    std::array<std::byte, 6> start{};
    const bool from_matlab = (*bytes)->size() >= start.size() && (*bytes)->read(0, start) &&
                             std::memcmp(start.data(), matlab.data(), start.size()) == 0;
    const auto open_it = [&] {
        const auto file = std::make_shared<OpenFile>(path.string());
        file->handle = hdf5::open_file(path);
        const hdf5::Handle root =
            hdf5::checked(H5Gopen2(file->handle.id(), "/", H5P_DEFAULT), H5Gclose, "/", "is missing");
        refuse_foreign(root.id());
        return std::make_shared<Hdf5File>(file, from_matlab);
    };
    return with_library(path.string(), [&]() -> Expected<ArrayFilePtr> {
        if (!hdf5::survives([&] { open_it()->touch(); }))
            return bad_input(path.string(), "is a damaged HDF5 file (the HDF5 library fails on it)");
        return open_it();
    });
}

}  // namespace exitscope::formats
