// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <vector>

namespace exitscope::error {

/// One gate of the spline predictors as plain numbers. With x_d = -ln(max(0, distance_d) + 1e-4), the distances from
/// certainty being 1 - max p, entropy, 1 - margin and the entropy of p^2, and z_d = (x_d - mean_d) * scale_d (0 where
/// the distance is not finite) of the answer here, b_d the same with before_mean and before_scale of the answer before,
/// and a = 1 where both agree, else 0 (b and a are 0 at the first gate), the basis is 1, z_0, a, b_0, then
/// max(0, z_0 - kink) for each of its kinks, then for every other d z_d and max(0, z_d - kink), then b_1, b_2, b_3,
/// a * b_0. The predicted error of a terminal is its weights times the basis, clamped to [1e-6, 1 - 1e-6].
struct SplineForecast {
    std::array<float, 4> mean{};
    std::array<float, 4> scale{};
    std::array<float, 4> before_mean{};
    std::array<float, 4> before_scale{};
    std::array<std::vector<float>, 4> kinks;
    std::vector<std::vector<float>> weights;  ///< [terminals][basis]
};

}  // namespace exitscope::error
