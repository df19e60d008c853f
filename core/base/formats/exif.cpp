// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/formats/exif.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace exitscope::formats {
namespace {

using Bytes = std::span<const std::byte>;

/// An unsigned integer; nullopt past the end.
std::optional<std::uint32_t> number(Bytes bytes, std::size_t offset, std::size_t count, bool big_endian)
{
    if (offset > bytes.size() || count > bytes.size() - offset)
        return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
        value = value << 8 | std::to_integer<std::uint32_t>(bytes[offset + (big_endian ? i : count - 1 - i)]);
    return value;
}

Bytes part(Bytes bytes, std::size_t offset, std::size_t count)
{
    const std::size_t begin = std::min(offset, bytes.size());
    return bytes.subspan(begin, std::min(count, bytes.size() - begin));
}

/// A TIFF structure: its first directory lists tags of 12 bytes each.
int orientation_in(Bytes tiff)
{
    const std::optional<std::uint32_t> mark = number(tiff, 0, 2, true);
    if (mark != 0x4949 && mark != 0x4d4d)
        return 1;
    const bool big = mark == 0x4d4d;
    const std::uint32_t directory = number(tiff, 4, 4, big).value_or(0);
    const std::uint32_t entries = number(tiff, directory, 2, big).value_or(0);
    for (std::uint32_t e = 0; e < entries; ++e) {
        const std::size_t entry = std::size_t{directory} + 2 + std::size_t{12} * e;
        if (number(tiff, entry, 2, big) != 0x0112)
            continue;
        const std::uint32_t value = number(tiff, entry + 8, 2, big).value_or(1);
        return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
    }
    return 1;
}

/// The first segment APP1 that begins with "Exif", before the first scan.
int in_jpeg(Bytes file)
{
    constexpr std::uint32_t exif = 0x45786966;
    for (std::size_t at = 2; number(file, at, 1, true) == 0xff;) {
        const std::uint32_t marker = number(file, at + 1, 1, true).value_or(0);
        if (marker == 0xff) {
            ++at;
            continue;
        }
        const std::uint32_t length = number(file, at + 2, 2, true).value_or(0);
        if (marker == 0xda || length < 2)
            break;
        if (marker == 0xe1 && number(file, at + 4, 4, true) == exif && length >= 8)
            return orientation_in(part(file, at + 10, length - 8));
        at += 2 + std::size_t{length};
    }
    return 1;
}

int in_png(Bytes file)
{
    constexpr std::uint32_t exif = 0x65584966;
    constexpr std::uint32_t end = 0x49454e44;
    for (std::size_t at = 8;;) {
        const std::optional<std::uint32_t> length = number(file, at, 4, true);
        const std::optional<std::uint32_t> type = number(file, at + 4, 4, true);
        if (!length || !type || type == end)
            return 1;
        if (type == exif)
            return orientation_in(part(file, at + 8, *length));
        at += 12 + std::size_t{*length};
    }
}

/// The chunk "EXIF" of the RIFF container, with or without the "Exif" that begins it in JPEG files.
int in_webp(Bytes file)
{
    constexpr std::uint32_t exif_chunk = 0x45584946;
    constexpr std::uint32_t exif = 0x45786966;
    for (std::size_t at = 12;;) {
        const std::optional<std::uint32_t> type = number(file, at, 4, true);
        const std::optional<std::uint32_t> length = number(file, at + 4, 4, false);
        if (!type || !length)
            return 1;
        if (type == exif_chunk) {
            const Bytes content = part(file, at + 8, *length);
            return orientation_in(number(content, 0, 4, true) == exif ? part(content, 6, content.size()) : content);
        }
        at += 8 + std::size_t{*length} + *length % 2;
    }
}

}  // namespace

int exif_orientation(std::span<const std::byte> file)
{
    if (number(file, 0, 2, true) == 0xffd8)
        return in_jpeg(file);
    if (number(file, 0, 4, true) == 0x89504e47)
        return in_png(file);
    if (number(file, 0, 4, true) == 0x52494646 && number(file, 8, 4, true) == 0x57454250)
        return in_webp(file);
    return orientation_in(file);  // TIFF
}

}  // namespace exitscope::formats
