// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "core/base/error.h"
#include "core/network/dataset/image.h"

namespace exitscope::dataset {

/// Decodes a whole PNG file as stored to 8-bit grey or RGB: palettes are looked up, fewer bits than 8 spread over the
/// range, 16 bits scaled, alpha left out. The file's gamma and colour profile are not applied, as in Pillow. Errors:
/// damaged.
[[nodiscard]] Expected<Image> decode_png(std::span<const std::byte> file, std::string_view name);

}  // namespace exitscope::dataset
