// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/plan/grid.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace exitscope::plan {

Grid grid_over(float minimum, float maximum, std::uint8_t bits)
{
    Grid grid;
    grid.bits = bits;
    const double low = std::min(0.0, double(minimum));
    const double high = std::max(0.0, double(maximum));
    const double scale = (high - low) / double(grid.maximum());
    if (!(scale > double(std::numeric_limits<float>::min())) || !std::isfinite(scale))
        return grid;
    grid.scale = static_cast<float>(scale);
    grid.zero_point = static_cast<std::int32_t>(std::clamp(std::nearbyint(-low / scale), 0.0, double(grid.maximum())));
    return grid;
}

std::uint8_t quantize(float value, const Grid& grid)
{
    if (std::isnan(value))
        return static_cast<std::uint8_t>(grid.zero_point);
    const float level = std::nearbyint(value / grid.scale) + static_cast<float>(grid.zero_point);
    return static_cast<std::uint8_t>(std::clamp(level, 0.0F, static_cast<float>(grid.maximum())));
}

}  // namespace exitscope::plan
