// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/formats/npy.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "core/base/formats/npy_values.h"

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
        const bool is_long = digits > 0 && digits < rest_.size() && rest_[digits] == 'L';  // Python 2
        rest_.remove_prefix(digits + (is_long ? 1 : 0));
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

}  // namespace

std::string NpyArray::describe() const
{
    return formats::describe({kind, item_bytes}, shape);
}

Expected<void> parse_npy_type(const std::string& descr, NpyArray& array)
{
    constexpr unsigned longest_text = 1 << 16;
    const std::string& name = array.bytes->name();
    const std::string shown = "'" + descr.substr(0, 32) + "'";
    if (descr.find('O') != std::string::npos)
        return bad_input(name,
                         "holds Python objects (NumPy type " + shown +
                             "), which would have to be executed: save an array of numbers, as in x.astype('u1')");
    const tl::unexpected<Error> unknown =
        bad_input(name, "holds values of NumPy type " + shown + ", only numbers and texts are read");
    if (descr.size() < 3 || std::string_view("<|>=").find(descr[0]) == std::string_view::npos)
        return unknown;
    array.kind = descr[1];
    array.item_bytes = 0;
    const auto [end, error] = std::from_chars(descr.data() + 2, descr.data() + descr.size(), array.item_bytes);
    if (error != std::errc() || end != descr.data() + descr.size())
        return unknown;
    array.big_endian = descr[0] == '>';
    const ElementType type{array.kind, array.item_bytes};
    if (type.is_text() && type.bytes >= 1 && type.bytes <= longest_text) {
        array.item_bytes *= type.kind == 'U' ? 4 : 1;
        return {};
    }
    const bool known = type.kind == 'b'                       ? type.bytes == 1
                       : type.kind == 'f'                     ? type.bytes == 2 || type.bytes == 4 || type.bytes == 8
                       : type.kind == 'u' || type.kind == 'i' ? std::has_single_bit(type.bytes) && type.bytes <= 8
                                                              : false;
    return known ? Expected<void>() : unknown;
}

Expected<void> bring_into_c_order(NpyArray& array)
{
    constexpr std::uint64_t max_memory = std::uint64_t{2} << 30;
    constexpr std::size_t block_bytes = 512 << 10;
    const std::size_t rank = array.shape.size();
    const std::size_t item = array.item_bytes;
    std::uint64_t size = item;
    for (const std::uint64_t extent : array.shape)
        size = saturating_product(size, extent);
    if (rank < 2 || size == 0)
        return {};
    if (size > max_memory)
        return bad_input(array.bytes->name(), "holds " + array.describe() +
                                                  " in Fortran order, which is read up to 2 GiB: save "
                                                  "numpy.ascontiguousarray(x)");
    std::vector<std::uint64_t> strides(rank, item);  // of the axes in C order, bytes
    for (std::size_t axis = rank - 1; axis-- > 0;)
        strides[axis] = strides[axis + 1] * array.shape[axis + 1];
    std::vector<std::byte> made(static_cast<std::size_t>(size));
    std::vector<std::byte> block(std::max(block_bytes / item, std::size_t{1}) * item);
    std::vector<std::uint64_t> index(rank, 0);
    std::uint64_t to = 0;
    for (std::uint64_t done = 0; done < size;) {
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), size - done));
        if (Expected<void> read = array.bytes->read(array.data_offset + done, std::span(block).first(count)); !read)
            return read;
        for (std::size_t from = 0; from < count; from += item) {
            std::memcpy(made.data() + to, block.data() + from, item);
            for (std::size_t axis = 0; axis < rank; ++axis) {  // the first axis runs fastest
                to += strides[axis];
                if (++index[axis] < array.shape[axis])
                    break;
                to -= strides[axis] * array.shape[axis];
                index[axis] = 0;
            }
        }
        done += count;
    }
    array.bytes = memory_bytes(array.bytes->name(), std::move(made));
    array.data_offset = 0;
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
        return bad_input(name, "has an NPY header that does not describe an array of numbers (of records, save the "
                               "fields one by one)");
    NpyArray array;
    array.bytes = std::move(bytes);
    array.data_offset = header_offset + header_size;
    array.shape = *header->shape;
    if (Expected<void> done = parse_npy_type(*header->descr, array); !done)
        return forward(done);
    std::uint64_t expected = array.item_bytes;
    for (const std::uint64_t extent : array.shape)
        expected = saturating_product(expected, extent);
    const std::uint64_t present = size - array.data_offset;
    if (expected != present)
        return bad_input(name, "declares " + array.describe() + ", " + std::to_string(expected) + " bytes, but holds " +
                                   std::to_string(present));
    if (*header->fortran_order)
        if (Expected<void> done = bring_into_c_order(array); !done)
            return forward(done);
    return array;
}

Expected<Labels> npy_labels(const NpyArray& array)
{
    const bool vector = array.shape.size() == 1 || (array.shape.size() == 2 && array.shape[1] == 1);
    if (!vector || (array.kind != 'u' && array.kind != 'i'))
        return bad_input(array.bytes->name(), "is " + array.describe() + ", labels are integers of the shape [N]");
    std::vector<double> values(static_cast<std::size_t>(array.shape[0]));
    if (Expected<void> done = read_values(array, 0, std::span(values)); !done)
        return forward(done);
    Labels labels;
    labels.reserve(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto label = static_cast<std::int64_t>(std::clamp(values[i], -0x1p62, 0x1p62));
        if (Expected<void> done = labels.add(label, array.bytes->name(), "sample " + std::to_string(i)); !done)
            return forward(done);
    }
    return labels;
}

}  // namespace exitscope::formats
