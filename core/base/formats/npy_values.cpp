// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/formats/npy_values.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string>
#include <vector>

#include "core/base/formats/zip.h"

namespace exitscope::formats {
namespace {

/// Bytes converted at a time.
constexpr std::size_t block_bytes = std::size_t{1} << 16;

/// IEEE 754 binary16, by its exponent and fraction.
struct Half {
    std::uint16_t bits;

    explicit operator float() const
    {
        const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000U) << 16;
        const std::uint32_t exponent = (bits >> 10) & 0x1fU;
        const std::uint32_t fraction = bits & 0x3ffU;
        if (exponent == 0) {
            const float subnormal = static_cast<float>(fraction) * 0x1p-24F;
            return sign ? -subnormal : subnormal;
        }
        const std::uint32_t wide = exponent == 0x1fU ? 0xffU : exponent + 112;
        return std::bit_cast<float>(sign | (wide << 23) | (fraction << 13));
    }
    explicit operator double() const { return static_cast<double>(static_cast<float>(*this)); }
};

template <class Stored, class Value>
Expected<void> convert(const NpyArray& array, std::uint64_t first, std::span<Value> out)
{
    std::array<Stored, block_bytes / sizeof(Stored)> block;
    for (std::size_t done = 0; done < out.size();) {
        const std::size_t count = std::min(block.size(), out.size() - done);
        const std::uint64_t offset = array.data_offset + (first + done) * sizeof(Stored);
        if (Expected<void> read = array.bytes->read(offset, std::as_writable_bytes(std::span(block.data(), count)));
            !read)
            return read;
        if (array.big_endian)
            for (Stored& value : std::span(block).first(count))
                std::ranges::reverse(std::as_writable_bytes(std::span(&value, 1)));
        std::transform(block.begin(), block.begin() + static_cast<std::ptrdiff_t>(count),
                       out.begin() + static_cast<std::ptrdiff_t>(done),
                       [](Stored value) { return static_cast<Value>(value); });
        done += count;
    }
    return {};
}

template <class Value>
Expected<void> read_as(const NpyArray& array, std::uint64_t first, std::span<Value> out)
{
    if (ElementType{array.kind, array.item_bytes}.is_text())
        return bad_input(array.bytes->name(), "holds texts where numbers are expected");
    const bool is_float = array.kind == 'f';
    const bool is_signed = array.kind == 'i';
    switch (array.item_bytes) {
    case 1: return is_signed ? convert<std::int8_t>(array, first, out) : convert<std::uint8_t>(array, first, out);
    case 2:
        return is_float    ? convert<Half>(array, first, out)
               : is_signed ? convert<std::int16_t>(array, first, out)
                           : convert<std::uint16_t>(array, first, out);
    case 4:
        return is_float    ? convert<float>(array, first, out)
               : is_signed ? convert<std::int32_t>(array, first, out)
                           : convert<std::uint32_t>(array, first, out);
    default:
        return is_float    ? convert<double>(array, first, out)
               : is_signed ? convert<std::int64_t>(array, first, out)
                           : convert<std::uint64_t>(array, first, out);
    }
}

Expected<NpyArray> open_in_archive(const BytesPtr& archive, std::span<const std::string_view> names)
{
    Expected<std::vector<ZipEntry>> entries = read_zip_directory(*archive);
    if (!entries)
        return forward(entries);
    const auto entry_called = [&](std::string_view name) {
        return std::find_if(entries->begin(), entries->end(),
                            [&](const ZipEntry& entry) { return entry.name == std::string(name) + ".npy"; });
    };
    auto found = entries->size() == 1 ? entries->begin() : entries->end();
    for (const std::string_view name : names)
        if (found == entries->end())
            found = entry_called(name);
    if (found == entries->end()) {
        std::string wanted;
        for (const std::string_view name : names)
            wanted += (wanted.empty() ? "" : ", ") + std::string(name);
        return bad_input(archive->name(),
                         "holds " + std::to_string(entries->size()) + " arrays, and none is called " + wanted);
    }
    Expected<BytesPtr> bytes = open_zip_entry(archive, *found, archive->name() + "(" + found->name + ")");
    if (!bytes)
        return forward(bytes);
    return parse_npy(std::move(*bytes));
}

}  // namespace

Expected<void> read_values(const NpyArray& array, std::uint64_t first, std::span<float> out)
{
    return read_as(array, first, out);
}

Expected<void> read_values(const NpyArray& array, std::uint64_t first, std::span<double> out)
{
    return read_as(array, first, out);
}

Expected<NpyArray> open_array(const std::filesystem::path& path, std::span<const std::string_view> names)
{
    Expected<BytesPtr> bytes = open_bytes(path);
    if (!bytes)
        return forward(bytes);
    if (path.extension() == ".npz")
        return open_in_archive(*bytes, names);
    return parse_npy(std::move(*bytes));
}

}  // namespace exitscope::formats
