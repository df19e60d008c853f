// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

namespace exitscope {

/// Softmax of one row of logits in double precision; equal logits get equal probabilities.
void softmax(std::span<const float> logits, std::span<float> probabilities);

/// Probabilities of one row that a head gave out: the row itself where it holds probabilities, else its softmax, which
/// is written to `scratch`.
[[nodiscard]] std::span<const float> probabilities_of(std::span<const float> row, bool holds_probabilities,
                                                      std::span<float> scratch);

}  // namespace exitscope
