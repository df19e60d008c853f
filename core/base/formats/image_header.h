// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace exitscope::formats {

/// What an image file says about itself before anything is decoded.
struct ImageHeader {
    std::uint64_t width = 0;
    std::uint64_t height = 0;
};

/// Extension with its dot, in lower case, of a file format that decode_image() reads.
[[nodiscard]] bool is_image_extension(std::string_view extension);

/// True when the first bytes (16 suffice) are those of a PNG, JPEG, BMP, PNM, TIFF or WebP file.
[[nodiscard]] bool is_image(std::span<const std::byte> start);

/// Size declared by a whole image file. Errors: none of the formats above, header cut off, JPEG without its end.
[[nodiscard]] Expected<ImageHeader> read_image_header(std::span<const std::byte> file, std::string_view name);

}  // namespace exitscope::formats
