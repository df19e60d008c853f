// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace exitscope::tests {

/// A random layer and what NumPy makes of it (rounding_cases.py). Matrices as in calibrate::Covariance.
struct RoundingCase {
    std::size_t inputs;
    std::size_t outputs;
    int bits;
    double damping;
    std::vector<double> input, cross, output;  ///< the covariance
    std::vector<double> weights;               ///< [inputs, outputs]
    std::vector<double> target;                ///< [inputs, outputs]
    std::vector<int> values;                   ///< [inputs, outputs]
    std::vector<double> errors;                ///< [outputs] of the integers against the target, damped
    std::vector<double> noise;                 ///< [outputs] of the integers against the wanted outputs
};
[[nodiscard]] const std::vector<RoundingCase>& rounding_cases();

}  // namespace exitscope::tests
