// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "core/base/error.h"
#include "core/network/dataset/image.h"

namespace exitscope::dataset {

/// Decodes a whole JPEG file as stored to 8-bit grey or RGB; CMYK as Adobe stores it becomes RGB. The pixels are those
/// of libjpeg's exact transform, as in Pillow. Errors: damaged, also where libjpeg would fill what is missing with
/// grey; two or more than four components.
[[nodiscard]] Expected<Image> decode_jpeg(std::span<const std::byte> file, std::string_view name);

}  // namespace exitscope::dataset
