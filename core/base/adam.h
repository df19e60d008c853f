// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>

namespace exitscope {

/// Decay of Adam's running moments, beta1 and beta2 (Kingma, Ba 2015).
struct AdamBetas {
    float first;
    float second;
};

/// The factors of one step: weight -= rate * m / (sqrt(v) + epsilon) with the plain running moments m and v, as both
/// bias corrections are folded in.
struct AdamStep {
    float rate;
    float epsilon;
};

/// Step number `step`, the first is 1. The updates themselves stay where the weights are: the square roots of Eigen's
/// matrices and of plain loops differ in their last bits, and stored results must not.
[[nodiscard]] inline AdamStep adam_step(AdamBetas betas, float rate, int step)
{
    constexpr float epsilon = 1e-8F;
    const float root = std::sqrt(1.0F - std::pow(betas.second, static_cast<float>(step)));
    return {rate * root / (1.0F - std::pow(betas.first, static_cast<float>(step))), epsilon * root};
}

}  // namespace exitscope
