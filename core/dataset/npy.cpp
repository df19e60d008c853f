// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/npy.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "core/dataset/formats.h"

namespace exitscope::dataset {
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t max_header = 64 << 10;
constexpr std::size_t max_rank = 8;

/// The Python literal {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }, and nothing else of Python.
class HeaderParser {
public:
    explicit HeaderParser(std::string_view text) : rest_(text) {}

    struct Header {
        std::optional<std::string> descr;
        std::optional<bool> fortran_order;
        std::optional<std::vector<std::uint64_t>> shape;
    };

    /// Nothing when the text has another form.
    std::optional<Header> parse()
    {
        Header header;
        if (!take('{'))
            return std::nullopt;
        while (!take('}')) {
            const std::optional<std::string> key = quoted();
            if (!key || !take(':') || !value(*key, header))
                return std::nullopt;
            if (!take(',')) {
                if (!take('}'))
                    return std::nullopt;
                break;
            }
        }
        skip_space();
        return rest_.empty() && header.descr && header.fortran_order && header.shape ? std::optional(header)
                                                                                     : std::nullopt;
    }

private:
    void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }

    bool take(char c)
    {
        skip_space();
        if (rest_.empty() || rest_.front() != c)
            return false;
        rest_.remove_prefix(1);
        return true;
    }

    bool take_word(std::string_view word)
    {
        skip_space();
        if (!rest_.starts_with(word))
            return false;
        rest_.remove_prefix(word.size());
        return true;
    }

    std::optional<std::string> quoted()
    {
        skip_space();
        if (rest_.empty() || (rest_.front() != '\'' && rest_.front() != '"'))
            return std::nullopt;
        const std::size_t end = rest_.find(rest_.front(), 1);
        if (end == std::string_view::npos)
            return std::nullopt;
        std::string text(rest_.substr(1, end - 1));
        rest_.remove_prefix(end + 1);
        return text;
    }

    std::optional<std::uint64_t> number()
    {
        skip_space();
        std::uint64_t value = 0;
        std::size_t digits = 0;
        for (; digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9'; ++digits) {
            if (digits == 18)
                return std::nullopt;
            value = value * 10 + static_cast<std::uint64_t>(rest_[digits] - '0');
        }
        rest_.remove_prefix(digits);
        return digits > 0 ? std::optional(value) : std::nullopt;
    }

    std::optional<std::vector<std::uint64_t>> tuple()
    {
        std::vector<std::uint64_t> sizes;
        if (!take('('))
            return std::nullopt;
        while (!take(')')) {
            const std::optional<std::uint64_t> size = number();
            if (!size || sizes.size() == max_rank)
                return std::nullopt;
            sizes.push_back(*size);
            if (!take(',')) {
                if (!take(')'))
                    return std::nullopt;
                break;
            }
        }
        return sizes;
    }

    bool value(const std::string& key, Header& header)
    {
        if (key == "descr")
            return (header.descr = quoted()).has_value();
        if (key == "shape")
            return (header.shape = tuple()).has_value();
        if (key == "fortran_order") {
            if (take_word("True"))
                header.fortran_order = true;
            else if (take_word("False"))
                header.fortran_order = false;
            return header.fortran_order.has_value();
        }
        return false;
    }

    std::string_view rest_;
};

template <class T>
Expected<Labels> collect_labels(const NpyArray& array, std::size_t count)
{
    std::vector<T> values(count);
    if (Expected<void> done = array.bytes->read(array.data_offset, std::as_writable_bytes(std::span(values))); !done)
        return forward(done);
    Labels labels;
    labels.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const bool huge = std::is_unsigned_v<T> && static_cast<std::uint64_t>(values[i]) > INT64_MAX;
        const std::int64_t label = huge ? INT64_MAX : static_cast<std::int64_t>(values[i]);
        if (Expected<void> done = labels.add(label, array.bytes->name(), "sample " + std::to_string(i)); !done)
            return forward(done);
    }
    return labels;
}

std::string replaced_last(std::string text, std::string_view from, std::string_view to)
{
    const std::size_t at = text.rfind(from);
    return at == std::string::npos ? std::string() : text.replace(at, from.size(), to);
}

/// Names under which the labels of `stem`.npy may lie beside it, the most specific first.
std::vector<std::string> label_names(const std::string& stem)
{
    std::vector<std::string> names{stem + "_labels"};
    if (stem.starts_with("x_") || stem.starts_with("X_"))
        names.push_back((stem[0] == 'x' ? "y_" : "Y_") + stem.substr(2));
    if (stem.starts_with("X_"))
        names.push_back("y_" + stem.substr(2));
    for (const char* word : {"images", "imgs", "data"})
        if (std::string name = replaced_last(stem, word, "labels"); !name.empty())
            names.push_back(std::move(name));
    return names;
}

Expected<NpyArray> open_array(const fs::path& path)
{
    Expected<BytesPtr> bytes = open_bytes(path);
    if (!bytes)
        return forward(bytes);
    return parse_npy(std::move(*bytes));
}

/// Labels beside an array of `samples` images; empty when there are none. A file named after the images must fit them,
/// the common name labels.npy is passed over when it belongs to something else.
Expected<Labels> labels_beside(const fs::path& images, std::uint64_t samples)
{
    std::error_code ec;
    for (const std::string& name : label_names(images.stem().string())) {
        const fs::path path = images.parent_path() / (name + ".npy");
        if (path == images || !fs::is_regular_file(path, ec))
            continue;
        Expected<NpyArray> array = open_array(path);
        if (!array)
            return forward(array);
        Expected<Labels> labels = npy_labels(*array);
        if (labels && labels->size() != samples)
            return bad_input(path.string(), "holds " + std::to_string(labels->size()) + " labels for the " +
                                                std::to_string(samples) + " images of " + images.filename().string());
        return labels;
    }
    const fs::path common = images.parent_path() / "labels.npy";
    if (common != images && fs::is_regular_file(common, ec)) {
        Expected<NpyArray> array = open_array(common);
        if (!array)
            return forward(array);
        if (!array->shape.empty() && array->shape[0] == samples)
            return npy_labels(*array);
    }
    return Labels();
}

}  // namespace

std::string NpyArray::describe() const
{
    std::string text = kind == 'b' ? std::string("bool")
                                   : std::string(kind == 'u'   ? "uint"
                                                 : kind == 'i' ? "int"
                                                               : "float") +
                                         std::to_string(8 * item_bytes);
    text += " [";
    for (std::size_t i = 0; i < shape.size(); ++i)
        text += (i ? "," : "") + std::to_string(shape[i]);
    return text + "]";
}

Expected<void> parse_npy_type(const std::string& descr, NpyArray& array)
{
    const std::string& name = array.bytes->name();
    if (descr.size() != 3 || std::string_view("<|>=").find(descr[0]) == std::string_view::npos ||
        std::string_view("uifb").find(descr[1]) == std::string_view::npos ||
        std::string_view("1248").find(descr[2]) == std::string_view::npos)
        return bad_input(name, "holds values of NumPy type '" + descr.substr(0, 32) + "', only numbers are read");
    array.kind = descr[1];
    array.item_bytes = static_cast<unsigned>(descr[2] - '0');
    if (descr[0] == '>' && array.item_bytes > 1)
        return bad_input(name, "holds big-endian values ('" + descr + "'), only little-endian ones are read");
    return {};
}

Expected<NpyArray> parse_npy(BytesPtr bytes)
{
    const std::string name = bytes->name();
    std::array<std::byte, 12> start{};
    const std::uint64_t size = bytes->size();
    if (size < 10)
        return bad_input(name, "is too short for an NPY array");
    if (Expected<void> done = bytes->read(0, std::span(start).first(std::min<std::uint64_t>(size, 12))); !done)
        return forward(done);
    if (std::memcmp(start.data(), "\x93NUMPY", 6) != 0)
        return bad_input(name, "is not an NPY array (it does not begin with \\x93NUMPY)");
    const auto version = std::to_integer<unsigned>(start[6]);
    if (version < 1 || version > 3)
        return bad_input(name, "has NPY version " + std::to_string(version) + ", versions 1 to 3 are read");
    const std::uint64_t header_offset = version == 1 ? 10 : 12;
    const std::uint64_t header_size =
        version == 1 ? little_endian<std::uint16_t>(start, 8) : little_endian<std::uint32_t>(start, 8);
    if (header_size > max_header || header_offset + header_size > size)
        return bad_input(name, "ends inside the NPY header");
    std::string text(static_cast<std::size_t>(header_size), '\0');
    if (Expected<void> done = bytes->read(header_offset, std::as_writable_bytes(std::span(text))); !done)
        return forward(done);
    const std::optional<HeaderParser::Header> header = HeaderParser(text).parse();
    if (!header)
        return bad_input(name, "has an NPY header that does not describe an array of numbers");
    NpyArray array;
    array.bytes = std::move(bytes);
    array.data_offset = header_offset + header_size;
    array.shape = *header->shape;
    if (Expected<void> done = parse_npy_type(*header->descr, array); !done)
        return forward(done);
    if (*header->fortran_order && array.shape.size() > 1)
        return bad_input(name, "is stored in Fortran order, only C order is read (numpy.ascontiguousarray)");
    std::uint64_t expected = array.item_bytes;
    for (const std::uint64_t extent : array.shape)
        expected = saturating_product(expected, extent);
    const std::uint64_t present = size - array.data_offset;
    if (expected != present)
        return bad_input(name, "declares " + array.describe() + ", " + std::to_string(expected) + " bytes, but holds " +
                                   std::to_string(present));
    return array;
}

Expected<Packed> npy_images(const NpyArray& array, Info info)
{
    const std::string& name = array.bytes->name();
    const std::vector<std::uint64_t>& s = array.shape;
    const auto colour = [](std::uint64_t channels) { return channels == 1 || channels == 3; };
    Packed packed;
    packed.info = std::move(info);
    std::array<std::uint64_t, 3> chw{};
    const bool bytes = array.kind == 'u' && array.item_bytes == 1;
    const bool floats = array.kind == 'f' && array.item_bytes >= 4;
    if (!bytes && !floats)
        return bad_input(name, "is " + array.describe() + ", images are uint8, float32 or float64");
    if (floats)
        packed.layout = array.item_bytes == 4 ? PixelLayout::f32_chw : PixelLayout::f64_chw;
    if (s.size() == 3)
        chw = {1, s[1], s[2]};
    else if (s.size() == 4 && floats)
        chw = {s[1], s[2], s[3]};
    else if (s.size() == 4 && colour(s[3]))
        chw = {s[3], s[1], s[2]};
    else if (s.size() == 4 && colour(s[1])) {
        chw = {s[1], s[2], s[3]};
        packed.layout = PixelLayout::u8_chw;
    } else
        return bad_input(name, "is " + array.describe() +
                                   ", images have the shape [N,H,W], [N,H,W,C] (uint8, C 1 or 3) or [N,C,H,W]");
    if (*std::max_element(chw.begin(), chw.end()) > 65536)
        return bad_input(name, "is " + array.describe() + ", images have at most 65536 pixels a side");
    packed.channels = static_cast<int>(chw[0]);
    packed.height = static_cast<int>(chw[1]);
    packed.width = static_cast<int>(chw[2]);
    packed.parts.push_back({array.bytes, array.data_offset, image_bytes(packed.layout, chw[0], chw[1], chw[2]),
                            static_cast<std::size_t>(s[0])});
    return packed;
}

Expected<Labels> npy_labels(const NpyArray& array)
{
    const bool vector = array.shape.size() == 1 || (array.shape.size() == 2 && array.shape[1] == 1);
    if (!vector || (array.kind != 'u' && array.kind != 'i'))
        return bad_input(array.bytes->name(), "is " + array.describe() + ", labels are integers of the shape [N]");
    const auto count = static_cast<std::size_t>(array.shape[0]);
    const bool is_signed = array.kind == 'i';
    switch (array.item_bytes) {
    case 1: return is_signed ? collect_labels<std::int8_t>(array, count) : collect_labels<std::uint8_t>(array, count);
    case 2: return is_signed ? collect_labels<std::int16_t>(array, count) : collect_labels<std::uint16_t>(array, count);
    case 4: return is_signed ? collect_labels<std::int32_t>(array, count) : collect_labels<std::uint32_t>(array, count);
    default:
        return is_signed ? collect_labels<std::int64_t>(array, count) : collect_labels<std::uint64_t>(array, count);
    }
}

Expected<DatasetPtr> open_npy_file(const fs::path& path, Info info)
{
    Expected<NpyArray> array = open_array(path);
    if (!array)
        return forward(array);
    Expected<Packed> packed = npy_images(*array, std::move(info));
    if (!packed)
        return forward(packed);
    Expected<Labels> labels = labels_beside(path, array->shape[0]);
    if (!labels)
        return forward(labels);
    packed->labels = std::move(*labels);
    return make_packed(std::move(*packed));
}

}  // namespace exitscope::dataset
