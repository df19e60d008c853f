// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

#include "core/base/error.h"
#include "core/network/dataset/image.h"

namespace exitscope::dataset {

inline constexpr std::uint64_t max_image_file = 256 << 20;  ///< bytes
inline constexpr std::uint64_t max_image_pixels = 64 << 20;

/// What decode_image() checks before it decodes: the format, the size in pixels, the end of the file.
[[nodiscard]] Expected<void> check_image(std::span<const std::byte> file, std::string_view name);

/// Decodes a whole PNG, JPEG, BMP, PNM, TIFF or WebP file to 8-bit grey or RGB (alpha dropped, 16 bits scaled to 8,
/// EXIF orientation applied, CMYK converted). Errors: other formats (named), damaged, floating point, more than 64
/// megapixels.
[[nodiscard]] Expected<Image> decode_image(std::span<const std::byte> file, std::string_view name);

/// Reads and decodes an image file of at most 256 MiB.
[[nodiscard]] Expected<Image> read_image(const std::filesystem::path& path);

}  // namespace exitscope::dataset
