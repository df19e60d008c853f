// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace exitscope::predict {

struct Interval {
    double low = 0;
    double high = 1;
};

/// Wilson's score interval at 95 % for `hits` out of `samples` (Wilson 1927); [0,1] when there are none.
[[nodiscard]] inline Interval wilson(std::size_t hits, std::size_t samples)
{
    if (samples == 0)
        return {};
    constexpr double z = 1.959963984540054;
    const double n = static_cast<double>(samples);
    const double p = static_cast<double>(hits) / n;
    const double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
    const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    return {std::clamp(centre - half, 0.0, p), std::clamp(centre + half, p, 1.0)};
}

}  // namespace exitscope::predict
