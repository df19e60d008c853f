// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/network/calibrate/moments.h"

namespace exitscope::calibrate {

/// Weights of one group whose products with the quantized inputs come closest to the wanted outputs (least squares,
/// methods.md#weights): (C + l W)(H + l I)^-1 with H the covariance of the inputs, C that of outputs and inputs and
/// l = damping * mean of H's diagonal. `weights` and the result are [inputs, outputs], in units of the inputs' levels.
[[nodiscard]] std::vector<double> least_squares_target(const Covariance& covariance, const std::vector<double>& weights,
                                                       double damping, unsigned threads);

/// Integer weights of one group, [inputs, outputs], with one scale per output.
struct RoundedGroup {
    std::vector<std::int8_t> values;
    std::vector<double> scales;
};

/// Rounds `target` to integers of `bits` bits so that (T - sQ)^T H (T - sQ) becomes small for every output
/// (methods.md#weights): GPTQ in ascending order of the inputs' variance from the end, for several scales of each
/// output of which the best stays; at 2 bits coordinate descent afterwards. `least_scale` [outputs] bounds the scales.
[[nodiscard]] RoundedGroup round_group(const Covariance& covariance, const std::vector<double>& target,
                                       std::uint8_t bits, const std::vector<double>& least_scale, unsigned threads);

/// Mean squared difference between the wanted outputs and those of `weights` [inputs, outputs] with the best bias, by
/// output.
[[nodiscard]] std::vector<double> output_errors(const Covariance& covariance, const std::vector<double>& weights);

}  // namespace exitscope::calibrate
