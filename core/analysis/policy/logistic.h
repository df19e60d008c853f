// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

#include <Eigen/Core>

#include "core/analysis/predict/features.h"

namespace exitscope::policy {

/// w . z + b of one gate; [4 weights, bias].
using LogisticWeights = Eigen::Matrix<double, 5, 1>;

/// Mean log-loss of sigmoid(w . z + b) plus a small ridge on w, minimised by Newton's method from `start`.
/// `targets` are 0 or 1, one per column of `inputs`.
[[nodiscard]] LogisticWeights fit_logistic(const predict::Features& inputs, std::span<const std::uint8_t> targets,
                                           LogisticWeights start);

}  // namespace exitscope::policy
