// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/formats/image_header.h"

#include <algorithm>
#include <array>
#include <optional>

#include "core/base/formats/file_kind.h"

namespace exitscope::formats {
namespace {

/// Reads integers at any offset; past the end they are 0 and `ok` turns false.
class Reader {
public:
    explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}

    std::uint64_t big(std::size_t offset, std::size_t count) { return number(offset, count, true); }
    std::uint64_t little(std::size_t offset, std::size_t count) { return number(offset, count, false); }
    std::uint64_t number(std::size_t offset, std::size_t count, bool big_endian)
    {
        if (offset > bytes_.size() || count > bytes_.size() - offset) {
            ok = false;
            return 0;
        }
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t at = offset + (big_endian ? i : count - 1 - i);
            value = value << 8 | std::to_integer<std::uint64_t>(bytes_[at]);
        }
        return value;
    }
    std::size_t size() const { return bytes_.size(); }

    bool ok = true;

private:
    std::span<const std::byte> bytes_;
};

bool begins(std::span<const std::byte> bytes, std::string_view text, std::size_t offset = 0)
{
    return offset <= bytes.size() && text.size() <= bytes.size() - offset &&
           std::equal(text.begin(), text.end(), bytes.begin() + static_cast<std::ptrdiff_t>(offset),
                      [](char c, std::byte b) { return static_cast<std::byte>(c) == b; });
}

enum class Format { none, png, jpeg, bmp, pnm, tiff, webp };

Format format_of(std::span<const std::byte> start)
{
    using namespace std::string_view_literals;
    if (begins(start, "\x89PNG\r\n\x1a\n"sv))
        return Format::png;
    if (begins(start, "\xff\xd8\xff"sv))
        return Format::jpeg;
    if (begins(start, "BM"sv))
        return Format::bmp;
    if (start.size() > 2 && begins(start, "P"sv) && start[1] >= std::byte{'1'} && start[1] <= std::byte{'6'})
        return Format::pnm;
    if (begins(start, "II*\0"sv) || begins(start, "MM\0*"sv))
        return Format::tiff;
    if (begins(start, "RIFF"sv) && begins(start, "WEBP"sv, 8))
        return Format::webp;
    return Format::none;
}

/// Walks the segments to the frame header (SOF) and, if `whole`, on to the first scan; the end marker must follow.
/// Entropy-coded data never contains it.
std::optional<ImageHeader> jpeg(Reader& in, std::span<const std::byte> file, bool whole)
{
    std::optional<ImageHeader> header;
    std::size_t at = 2;
    while (in.ok) {
        if (in.big(at, 1) != 0xff)
            return std::nullopt;
        const std::uint64_t marker = in.big(at + 1, 1);
        if (marker == 0xff) {
            ++at;
            continue;
        }
        const bool bare = marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
        if (bare) {
            at += 2;
            continue;
        }
        const bool frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
        if (frame && !header)
            header = ImageHeader{in.big(at + 7, 2), in.big(at + 5, 2)};
        if (header && !whole)
            return header;
        const std::size_t length = static_cast<std::size_t>(in.big(at + 2, 2));
        if (length < 2)
            return std::nullopt;
        at += 2 + length;
        if (marker == 0xda)
            break;
    }
    constexpr std::array end{std::byte{0xff}, std::byte{0xd9}};
    if (!in.ok || at > file.size() ||
        std::search(file.begin() + static_cast<std::ptrdiff_t>(at), file.end(), end.begin(), end.end()) == file.end())
        return std::nullopt;
    return header;
}

/// The last chunk, IEND, has no content; bytes may follow it.
constexpr std::string_view png_end = "IEND\xae\x42\x60\x82";

bool contains(std::span<const std::byte> bytes, std::string_view text)
{
    const std::string_view all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return all.find(text) != std::string_view::npos;
}

/// A RIFF file declares its own length; a shorter one is cut off.
bool reaches_riff_end(Reader& in, std::uint64_t size)
{
    return in.little(4, 4) + 8 <= size + 1;  // the last chunk may lack its byte of padding
}

std::optional<ImageHeader> bmp(Reader& in)
{
    if (in.little(14, 4) == 12)
        return ImageHeader{in.little(18, 2), in.little(20, 2)};
    const auto height = static_cast<std::int32_t>(in.little(22, 4));
    return ImageHeader{in.little(18, 4), static_cast<std::uint64_t>(height < 0 ? -std::int64_t{height} : height)};
}

/// Bitmaps (P1, P4) state width and height, others also the largest value, which must be that of whole bytes.
std::optional<ImageHeader> pnm(Reader& in, std::string& problem)
{
    const std::uint64_t kind = in.big(1, 1);
    std::size_t at = 2;
    std::array<std::uint64_t, 3> numbers{0, 0, 255};
    const std::size_t count = kind == '1' || kind == '4' ? 2 : 3;
    for (std::uint64_t& number : std::span(numbers).first(count)) {
        char c = static_cast<char>(in.big(at, 1));
        while (in.ok && (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '#')) {
            while (in.ok && c == '#' && in.big(at, 1) != '\n')
                ++at;
            c = static_cast<char>(in.big(++at, 1));
        }
        number = 0;
        for (std::size_t digits = 0; in.ok && c >= '0' && c <= '9'; ++digits) {
            if (digits == 9)
                return std::nullopt;
            number = number * 10 + static_cast<std::uint64_t>(c - '0');
            c = static_cast<char>(in.big(++at, 1));
        }
    }
    if (in.ok && numbers[2] != 255 && numbers[2] != 65535)
        problem = "has pixels from 0 to " + std::to_string(numbers[2]) +
                  ", images go from 0 to 255 or 65535: convert it to PNG";
    return ImageHeader{numbers[0], numbers[1]};
}

std::optional<ImageHeader> tiff(Reader& in, bool big_endian, std::string& problem)
{
    const std::size_t directory = static_cast<std::size_t>(in.number(4, 4, big_endian));
    const std::uint64_t entries = in.number(directory, 2, big_endian);
    ImageHeader header;
    for (std::uint64_t i = 0; in.ok && i < entries; ++i) {
        const std::size_t entry = directory + 2 + 12 * static_cast<std::size_t>(i);
        const std::uint64_t tag = in.number(entry, 2, big_endian);
        constexpr std::uint64_t lab = 8;  // and two more kinds of it, of which decoders make different colours
        if (tag == 262 && in.number(entry + 8, 2, big_endian) >= lab && in.number(entry + 8, 2, big_endian) <= lab + 2)
            problem = "holds colours as CIE L*a*b*: convert it to RGB";
        if (tag != 256 && tag != 257)
            continue;
        const bool is_short = in.number(entry + 2, 2, big_endian) == 3;
        (tag == 256 ? header.width : header.height) = in.number(entry + 8, is_short ? 2 : 4, big_endian);
    }
    return header;
}

std::optional<ImageHeader> webp(Reader& in, std::span<const std::byte> file, std::string& problem)
{
    if (begins(file, "VP8 ", 12))
        return ImageHeader{in.little(26, 2) & 0x3fff, in.little(28, 2) & 0x3fff};
    if (begins(file, "VP8L", 12)) {
        const std::uint64_t bits = in.little(21, 4);
        return ImageHeader{(bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1};
    }
    constexpr std::uint64_t animated = 2;
    if (begins(file, "VP8X", 12) && (in.big(20, 1) & animated) != 0)
        problem = "is an animated WebP image: save its first frame as PNG";
    if (begins(file, "VP8X", 12))
        return ImageHeader{in.little(24, 3) + 1, in.little(27, 3) + 1};
    return std::nullopt;
}

/// `problem` says why an image that is not damaged is not read.
std::optional<ImageHeader> parse(Reader& in, std::span<const std::byte> file, std::string& problem)
{
    switch (format_of(file)) {
    case Format::none: return std::nullopt;
    case Format::png:
        return contains(file, png_end) ? std::optional(ImageHeader{in.big(16, 4), in.big(20, 4)}) : std::nullopt;
    case Format::jpeg: return jpeg(in, file, true);
    case Format::bmp: return bmp(in);
    case Format::pnm: return pnm(in, problem);
    case Format::tiff: return tiff(in, file[0] == std::byte{'M'}, problem);
    case Format::webp: return reaches_riff_end(in, file.size()) ? webp(in, file, problem) : std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

std::span<const std::string_view> image_extensions()
{
    static constexpr std::array<std::string_view, 15> known{".png", ".jpg", ".jpeg", ".jpe",  ".jfif",
                                                            ".jif", ".bmp", ".dib",  ".ppm",  ".pgm",
                                                            ".pbm", ".pnm", ".tif",  ".tiff", ".webp"};
    return known;
}

bool is_image_extension(std::string_view extension)
{
    const std::span<const std::string_view> known = image_extensions();
    return std::find(known.begin(), known.end(), extension) != known.end();
}

bool is_image(std::span<const std::byte> start)
{
    return format_of(start) != Format::none;
}

bool is_png(std::span<const std::byte> start)
{
    return format_of(start) == Format::png;
}

bool is_tiff(std::span<const std::byte> start)
{
    return format_of(start) == Format::tiff;
}

bool is_jpeg(std::span<const std::byte> start)
{
    return format_of(start) == Format::jpeg;
}

std::optional<ImageHeader> read_image_ends(std::span<const std::byte> start, std::span<const std::byte> end,
                                           std::uint64_t size)
{
    Reader in(start);
    std::optional<ImageHeader> header;
    std::string problem;  // left to read_image_header(), which says it
    switch (format_of(start)) {
    case Format::png:
        if (contains(end, png_end))
            header = ImageHeader{in.big(16, 4), in.big(20, 4)};
        break;
    case Format::jpeg:
        if (contains(end, "\xff\xd9"))
            header = jpeg(in, start, false);
        break;
    case Format::webp:
        if (reaches_riff_end(in, size))
            header = webp(in, start, problem);
        break;
    default: break;
    }
    return in.ok && problem.empty() && header && header->width > 0 && header->height > 0 ? header : std::nullopt;
}

Expected<ImageHeader> read_image_header(std::span<const std::byte> file, std::string_view name)
{
    if (!is_image(file))
        return bad_input(name, foreign_image(file.first(std::min(file.size(), kind_bytes)))
                                   .value_or("is not a PNG, JPEG, BMP, PNM, TIFF or WebP image"));
    Reader in(file);
    std::string problem;
    const std::optional<ImageHeader> header = parse(in, file, problem);
    if (!problem.empty())
        return bad_input(name, problem);
    if (!in.ok || !header || header->width == 0 || header->height == 0)
        return bad_input(name, "is a damaged or incomplete image");
    return *header;
}

}  // namespace exitscope::formats
