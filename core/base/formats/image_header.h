// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace exitscope::formats {

/// Facts from the header of an image file, read without decoding pixels.
struct ImageHeader {
    std::uint64_t width = 0;
    std::uint64_t height = 0;
};

/// Extensions of the files that decode_image() reads, in lower case with their dot.
[[nodiscard]] std::span<const std::string_view> image_extensions();

/// Whether decode_image() reads files with this extension, given in lower case with its dot.
[[nodiscard]] bool is_image_extension(std::string_view extension);

/// True when the first bytes (16 suffice) are those of a PNG, JPEG, BMP, PNM, TIFF or WebP file.
[[nodiscard]] bool is_image(std::span<const std::byte> start);

/// True when the first bytes are those of a file of this format.
[[nodiscard]] bool is_jpeg(std::span<const std::byte> start);
[[nodiscard]] bool is_png(std::span<const std::byte> start);
[[nodiscard]] bool is_tiff(std::span<const std::byte> start);

/// Size declared by a PNG, JPEG or WebP file of `size` bytes whose first and last bytes show that it is whole; the
/// parts may overlap. nullopt when they do not tell: then read_image_header() must look at the whole file.
[[nodiscard]] std::optional<ImageHeader> read_image_ends(std::span<const std::byte> start,
                                                         std::span<const std::byte> end, std::uint64_t size);

/// Size declared by a whole image file. Errors: none of the formats above, header cut off, JPEG or PNG without its end,
/// WebP shorter than it declares.
[[nodiscard]] Expected<ImageHeader> read_image_header(std::span<const std::byte> file, std::string_view name);

}  // namespace exitscope::formats
