// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/formats/npy.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

namespace exitscope::formats {
namespace {

constexpr std::uint64_t max_header = 64 << 10;
constexpr std::size_t max_rank = 8;

/// Parses the Python literal {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } and no other Python.
class HeaderParser {
public:
    explicit HeaderParser(std::string_view text) : rest_(text) {}

    struct Header {
        std::optional<std::string> descr;
        std::optional<bool> fortran_order;
        std::optional<std::vector<std::uint64_t>> shape;
    };

    /// nullopt when the text has another form.
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

}  // namespace exitscope::formats
