// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <vector>

namespace exitscope::error {

/// One gate of the spline predictors as plain numbers. With x_d = -ln(max(0, distance_d) + 1e-4), the distances from
/// certainty being 1 - max p, entropy, 1 - margin and the entropy of p^2, and z_d = (x_d - mean_d) * scale_d (0 where
/// the distance is not finite), the basis is 1, then for every d z_d and max(0, z_d - kink) for each of its kinks. The
/// predicted error of a terminal is its weights times the basis, clamped to [1e-6, 1 - 1e-6].
struct SplineForecast {
    std::array<float, 4> mean{};
    std::array<float, 4> scale{};
    std::array<std::vector<float>, 4> kinks;
    std::vector<std::vector<float>> weights;  ///< [terminals][basis]
};

}  // namespace exitscope::error
