// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

namespace exitscope::predict {

/// The spline predictors of one gate as plain numbers. With p the largest probability of the gate's answer and
/// z = (-ln(max(0, 1 - p) + 1e-4) - mean) * scale (0 where p is not finite), the basis is 1, z and max(0, z - kink) for
/// every kink. The weights of a terminal times the basis are its predicted error minus that of the gate's own answer.
struct SplineForecast {
    float mean = 0;
    float scale = 1;
    std::vector<float> kinks;
    std::vector<std::vector<float>> weights;  ///< [terminals][basis], all 0 for the gate itself
};

}  // namespace exitscope::predict
