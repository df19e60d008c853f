// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>

namespace exitscope::formats {

/// The orientation, 1 to 8, that the EXIF data of a JPEG, PNG or WebP file gives, or a TIFF file itself (tag 0x0112): what a viewer has to do so
/// that the image stands upright. 1 when there is none or it is damaged.
[[nodiscard]] int exif_orientation(std::span<const std::byte> file);

}  // namespace exitscope::formats
