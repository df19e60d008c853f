// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/network/dataset/resampling.h"

namespace exitscope::dataset {

/// Turns and mirrors `pixels`, [size.height, size.width, channels], as an EXIF orientation (1 to 8) demands, into
/// `out`. Returns the new size.
Extent turn(std::span<const std::uint8_t> pixels, int channels, Extent size, int orientation,
            std::vector<std::uint8_t>& out);

/// The orientation that takes back what `orientation` does.
[[nodiscard]] constexpr int opposite(int orientation)
{
    return orientation == 6 ? 8 : orientation == 8 ? 6 : orientation;
}

}  // namespace exitscope::dataset
