// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/formats/hdf5.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <mutex>

namespace exitscope::formats::hdf5 {
namespace {

constexpr hsize_t chunk_elements = 65536;
constexpr std::size_t longest_text = 1U << 20;
/// zlib compresses at most 1032 bytes into one.
constexpr std::uint64_t largest_ratio = 1040;

std::mutex& library_mutex()
{
    static std::mutex mutex;
    return mutex;
}

/// Sessions that this thread holds.
thread_local int sessions_of_thread = 0;

/// The innermost reason on HDF5's error stack.
std::string reason()
{
    std::string found;
    H5Ewalk2(
        H5E_DEFAULT, H5E_WALK_UPWARD,
        [](unsigned, const H5E_error2_t* entry, void* text) -> herr_t {
            auto& first = *static_cast<std::string*>(text);
            if (first.empty() && entry->desc)
                first = entry->desc;
            return 0;
        },
        &found);
    return found.empty() ? "unknown reason" : found;
}

[[noreturn]] void fail_at(const std::string& path, const std::string& what)
{
    throw Failure{path + ": " + what};
}

/// Product of dimensions times the element size; fails when that does not fit 64 bits.
std::uint64_t byte_count(const Dimensions& dimensions, std::uint64_t element, const std::string& path)
{
    std::uint64_t bytes = element;
    for (const hsize_t dimension : dimensions) {
        if (dimension != 0 && bytes > std::numeric_limits<std::uint64_t>::max() / dimension)
            fail_at(path, "is impossibly large");
        bytes *= dimension;
    }
    return bytes;
}

Handle text_type(std::size_t size, const std::string& path)
{
    Handle type = checked(H5Tcopy(H5T_C_S1), H5Tclose, path, "no string type");
    check(H5Tset_size(type.id(), std::max<std::size_t>(size, 1)), path, "no string type");
    check(H5Tset_cset(type.id(), H5T_CSET_UTF8), path, "no string type");
    check(H5Tset_strpad(type.id(), H5T_STR_NULLPAD), path, "no string type");
    return type;
}

/// Width of a fixed-width string type as stored.
std::size_t text_width(hid_t stored, const std::string& path)
{
    if (H5Tget_class(stored) != H5T_STRING || H5Tis_variable_str(stored) != 0)
        fail_at(path, "is not a text of fixed width");
    const std::size_t width = H5Tget_size(stored);
    if (width == 0 || width > longest_text)
        fail_at(path, "is a text of impossible length");
    return width;
}

std::string unpadded(const char* begin, std::size_t width)
{
    return {begin, std::find(begin, begin + width, '\0')};
}

void require_number(hid_t stored, const std::string& path)
{
    const H5T_class_t kind = H5Tget_class(stored);
    if (kind != H5T_INTEGER && kind != H5T_FLOAT)
        fail_at(path, "does not hold numbers");
}

}  // namespace

Handle checked(hid_t id, Handle::Close close, const std::string& path, const char* what)
{
    if (id < 0)
        fail_at(path, std::string(what) + " (" + reason() + ")");
    return {id, close};
}

void check(herr_t status, const std::string& path, const char* what)
{
    if (status < 0)
        fail_at(path, std::string(what) + " (" + reason() + ")");
}

Handle& Handle::operator=(Handle&& other) noexcept
{
    if (this != &other) {
        reset();
        id_ = std::exchange(other.id_, -1);
        close_ = other.close_;
    }
    return *this;
}

bool Handle::reset()
{
    const hid_t id = std::exchange(id_, -1);
    return id < 0 || close_(id) >= 0;
}

Session::Session()
{
    if (sessions_of_thread++ == 0)
        library_mutex().lock();
    // Everything opened here is closed here; the library's own clean-up at exit complains loudly after damaged files.
    static const herr_t no_exit_handler = H5dont_atexit();
    static_cast<void>(no_exit_handler);
    H5Eget_auto2(H5E_DEFAULT, &print_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Session::~Session()
{
    H5Eset_auto2(H5E_DEFAULT, print_, data_);
    if (--sessions_of_thread == 0)
        library_mutex().unlock();
}

std::string text(const Dimensions& dimensions)
{
    std::string result = "[";
    for (const hsize_t dimension : dimensions)
        result += (result.size() > 1 ? ", " : "") + std::to_string(dimension);
    return result + "]";
}

namespace {

void require_known_filters(hid_t properties, const std::string& path)
{
    for (int i = 0; i < H5Pget_nfilters(properties); ++i) {
        unsigned flags = 0;
        std::size_t values = 0;
        std::array<char, 64> name{};
        const H5Z_filter_t filter = H5Pget_filter2(properties, static_cast<unsigned>(i), &flags, &values, nullptr,
                                                   name.size() - 1, name.data(), nullptr);
        if (filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_FLETCHER32)
            fail_at(path, "is packed by " + (name[0] ? std::string(name.data()) : "filter " + std::to_string(filter)) +
                              ", only gzip is read: save it with compression=\"gzip\"");
    }
}

}  // namespace

Dimensions checked_dimensions(hid_t dataset, int most, const std::string& path)
{
    const Handle space = checked(H5Dget_space(dataset), H5Sclose, path, "has no shape");
    const int rank = H5Sget_simple_extent_ndims(space.id());
    if (rank < 1 || rank > most)
        fail_at(path,
                "has " + std::to_string(std::max(rank, 0)) + " dimensions, 1 to " + std::to_string(most) + " are read");
    Dimensions dimensions(static_cast<std::size_t>(rank));
    H5Sget_simple_extent_dims(space.id(), dimensions.data(), nullptr);
    const Handle properties = checked(H5Dget_create_plist(dataset), H5Pclose, path, "has no layout");
    const H5D_layout_t layout = H5Pget_layout(properties.id());
    if ((layout != H5D_CONTIGUOUS && layout != H5D_CHUNKED && layout != H5D_COMPACT) ||
        H5Pget_external_count(properties.id()) != 0)
        fail_at(path, "keeps its data in another file");
    require_known_filters(properties.id(), path);
    const Handle stored = checked(H5Dget_type(dataset), H5Tclose, path, "has no type");
    const std::uint64_t bytes = byte_count(dimensions, H5Tget_size(stored.id()), path);
    if (bytes / largest_ratio > H5Dget_storage_size(dataset))
        fail_at(path, "says " + text(dimensions) + " but holds less");
    return dimensions;
}

template <>
hid_t native_type<std::uint8_t>()
{
    return H5T_NATIVE_UINT8;
}
template <>
hid_t native_type<std::uint16_t>()
{
    return H5T_NATIVE_UINT16;
}
template <>
hid_t native_type<std::uint32_t>()
{
    return H5T_NATIVE_UINT32;
}
template <>
hid_t native_type<std::uint64_t>()
{
    return H5T_NATIVE_UINT64;
}
template <>
hid_t native_type<std::int32_t>()
{
    return H5T_NATIVE_INT32;
}
template <>
hid_t native_type<float>()
{
    return H5T_NATIVE_FLOAT;
}
template <>
hid_t native_type<double>()
{
    return H5T_NATIVE_DOUBLE;
}

namespace {

struct RowSelection {
    Handle file;
    Handle memory;
};

RowSelection select_row(hid_t dataset, const Dimensions& dimensions, std::size_t row, const std::string& path)
{
    Dimensions start(dimensions.size(), 0);
    Dimensions count = dimensions;
    start.front() = row;
    count.front() = 1;
    RowSelection selection;
    selection.file = checked(H5Dget_space(dataset), H5Sclose, path, "has no shape");
    check(H5Sselect_hyperslab(selection.file.id(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr), path,
          "has no such row");
    selection.memory = checked(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr), H5Sclose, path,
                               "has an impossible shape");
    return selection;
}

}  // namespace

void Dataset::write_row(std::size_t row, const void* values)
{
    const RowSelection selection = select_row(handle_.id(), dimensions_, row, path_);
    check(H5Dwrite(handle_.id(), type_, selection.memory.id(), selection.file.id(), H5P_DEFAULT, values), path_,
          "cannot be written");
}

void Dataset::read_row(std::size_t row, void* values) const
{
    const RowSelection selection = select_row(handle_.id(), dimensions_, row, path_);
    check(H5Dread(handle_.id(), type_, selection.memory.id(), selection.file.id(), H5P_DEFAULT, values), path_,
          "cannot be read");
}

void Dataset::write(const void* values)
{
    check(H5Dwrite(handle_.id(), type_, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), path_, "cannot be written");
}

void Dataset::read(void* values) const
{
    check(H5Dread(handle_.id(), type_, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), path_, "cannot be read");
}

Group Group::create_group(const std::string& name)
{
    const std::string path = path_of(name);
    Handle properties = checked(H5Pcreate(H5P_GROUP_CREATE), H5Pclose, path, "cannot be created");
    H5Pset_obj_track_times(properties.id(), 0);
    return {checked(H5Gcreate2(handle_.id(), name.c_str(), H5P_DEFAULT, properties.id(), H5P_DEFAULT), H5Gclose, path,
                    "cannot be created"),
            path + "/"};
}

bool Group::has(const std::string& name) const
{
    return H5Lexists(handle_.id(), name.c_str(), H5P_DEFAULT) > 0;
}

bool Group::has_attribute(const std::string& name) const
{
    return H5Aexists(handle_.id(), name.c_str()) > 0;
}

/// Fails on soft and external links, which could point to other files.
void Group::require_local(const std::string& name) const
{
    if (!has(name))
        fail_at(path_of(name), "is missing");
    H5L_info_t info;
    if (H5Lget_info(handle_.id(), name.c_str(), &info, H5P_DEFAULT) < 0 || info.type != H5L_TYPE_HARD)
        fail_at(path_of(name), "is a link to somewhere else");
}

Group Group::open_group(const std::string& name) const
{
    require_local(name);
    return {checked(H5Gopen2(handle_.id(), name.c_str(), H5P_DEFAULT), H5Gclose, path_of(name), "is not a group"),
            path_of(name) + "/"};
}

void Group::write_text(const std::string& name, const std::string& value)
{
    const std::string path = path_of("@" + name);
    const Handle type = text_type(value.size(), path);
    std::string padded = value;
    padded.resize(std::max<std::size_t>(value.size(), 1));
    write_scalar(name, type.id(), padded.data());
}

std::string Group::read_text(const std::string& name) const
{
    const std::string path = path_of("@" + name);
    const Handle attribute = checked(H5Aopen(handle_.id(), name.c_str(), H5P_DEFAULT), H5Aclose, path, "is missing");
    const Handle stored = checked(H5Aget_type(attribute.id()), H5Tclose, path, "has no type");
    const std::size_t width = text_width(stored.id(), path);
    const Handle space = checked(H5Aget_space(attribute.id()), H5Sclose, path, "has no shape");
    if (H5Sget_simple_extent_npoints(space.id()) != 1)
        fail_at(path, "is not a single text");
    std::string value(width, '\0');
    const Handle type = text_type(width, path);
    check(H5Aread(attribute.id(), type.id(), value.data()), path, "cannot be read");
    return unpadded(value.data(), width);
}

void Group::write_scalar(const std::string& name, hid_t type, const void* value)
{
    const std::string path = path_of("@" + name);
    const Handle space = checked(H5Screate(H5S_SCALAR), H5Sclose, path, "cannot be created");
    const Handle attribute = checked(H5Acreate2(handle_.id(), name.c_str(), type, space.id(), H5P_DEFAULT, H5P_DEFAULT),
                                     H5Aclose, path, "cannot be created");
    check(H5Awrite(attribute.id(), type, value), path, "cannot be written");
}

void Group::read_scalar(const std::string& name, hid_t type, void* value) const
{
    const std::string path = path_of("@" + name);
    const Handle attribute = checked(H5Aopen(handle_.id(), name.c_str(), H5P_DEFAULT), H5Aclose, path, "is missing");
    const Handle stored = checked(H5Aget_type(attribute.id()), H5Tclose, path, "has no type");
    require_number(stored.id(), path);
    const Handle space = checked(H5Aget_space(attribute.id()), H5Sclose, path, "has no shape");
    if (H5Sget_simple_extent_npoints(space.id()) != 1)
        fail_at(path, "is not a single number");
    check(H5Aread(attribute.id(), type, value), path, "cannot be read");
}

void Group::write_texts(const std::string& name, const std::vector<std::string>& values)
{
    const std::string path = path_of(name);
    std::size_t width = 1;
    for (const std::string& value : values)
        width = std::max(width, value.size());
    std::string packed(width * values.size(), '\0');
    for (std::size_t i = 0; i < values.size(); ++i)
        std::copy(values[i].begin(), values[i].end(), packed.begin() + static_cast<std::ptrdiff_t>(i * width));
    const Handle type = text_type(width, path);
    create_dataset(name, type.id(), {values.size()}).write(packed.data());
}

std::vector<std::string> Group::read_texts(const std::string& name) const
{
    const std::string path = path_of(name);
    Dimensions dimensions;
    const Handle dataset = open_checked(name, dimensions);
    const Handle stored = checked(H5Dget_type(dataset.id()), H5Tclose, path, "has no type");
    const std::size_t width = text_width(stored.id(), path);
    if (dimensions.size() != 1)
        fail_at(path, "is not a list");
    std::string packed(static_cast<std::size_t>(byte_count(dimensions, width, path)), '\0');
    const Handle type = text_type(width, path);
    if (!packed.empty())
        check(H5Dread(dataset.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, packed.data()), path, "cannot be read");
    std::vector<std::string> values;
    for (std::size_t i = 0; i < dimensions[0]; ++i)
        values.push_back(unpadded(packed.data() + i * width, width));
    return values;
}

std::size_t Group::rows(const std::string& name) const
{
    Dimensions dimensions;
    const Handle dataset = open_checked(name, dimensions);
    return dimensions.front();
}

Dataset Group::create_dataset(const std::string& name, hid_t type, const Dimensions& dimensions)
{
    const std::string path = path_of(name);
    const Handle space = checked(H5Screate_simple(static_cast<int>(dimensions.size()), dimensions.data(), nullptr),
                                 H5Sclose, path, "has an impossible shape");
    const Handle properties = checked(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, path, "cannot be created");
    H5Pset_obj_track_times(properties.id(), 0);
    if (byte_count(dimensions, H5Tget_size(type), path) > chunk_elements) {
        Dimensions chunk = dimensions;
        if (chunk.size() > 1)
            chunk[0] = 1;
        hsize_t& cut = chunk[chunk.size() > 1 ? 1 : 0];
        cut = std::min(cut, chunk_elements);
        check(H5Pset_chunk(properties.id(), static_cast<int>(chunk.size()), chunk.data()), path, "cannot be chunked");
        check(H5Pset_shuffle(properties.id()), path, "cannot be compressed");
        check(H5Pset_deflate(properties.id(), 1), path, "cannot be compressed");
    }
    return {checked(H5Dcreate2(handle_.id(), name.c_str(), type, space.id(), H5P_DEFAULT, properties.id(), H5P_DEFAULT),
                    H5Dclose, path, "cannot be created"),
            path, dimensions, type};
}

/// Opens a data set after the checks of checked_dimensions().
Handle Group::open_checked(const std::string& name, Dimensions& dimensions) const
{
    constexpr int most_dimensions = 4;
    const std::string path = path_of(name);
    require_local(name);
    Handle dataset = checked(H5Dopen2(handle_.id(), name.c_str(), H5P_DEFAULT), H5Dclose, path, "is not a data set");
    dimensions = checked_dimensions(dataset.id(), most_dimensions, path);
    return dataset;
}

Dataset Group::open_dataset(const std::string& name, hid_t type, const Dimensions& dimensions) const
{
    const std::string path = path_of(name);
    Dimensions found;
    Handle dataset = open_checked(name, found);
    if (found != dimensions)
        fail_at(path, "has the shape " + text(found) + ", expected " + text(dimensions));
    const Handle stored = checked(H5Dget_type(dataset.id()), H5Tclose, path, "has no type");
    require_number(stored.id(), path);
    return {std::move(dataset), path, dimensions, type};
}

Handle create_file(const std::filesystem::path& path)
{
    const Handle properties = checked(H5Pcreate(H5P_FILE_CREATE), H5Pclose, "/", "cannot be created");
    H5Pset_obj_track_times(properties.id(), 0);
    return checked(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, properties.id(), H5P_DEFAULT), H5Fclose, "/",
                   "cannot be created");
}

Handle open_file(const std::filesystem::path& path)
{
    const Handle access = checked(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "/", "cannot be opened");
    H5Pset_fclose_degree(access.id(), H5F_CLOSE_STRONG);
    const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id());
    if (file < 0)
        throw Failure{"is not an HDF5 file, or is damaged (" + reason() + ")"};
    return {file, H5Fclose};
}

void close_file(Handle file)
{
    const bool flushed = H5Fflush(file.id(), H5F_SCOPE_LOCAL) >= 0;
    const std::string why = flushed ? std::string() : reason();
    if (!file.reset() || !flushed)
        throw Failure{"cannot be completed (" + (why.empty() ? reason() : why) + ")"};
}

Group root(const Handle& file)
{
    return {checked(H5Gopen2(file.id(), "/", H5P_DEFAULT), H5Gclose, "/", "has no root group"), "/"};
}

}  // namespace exitscope::formats::hdf5
