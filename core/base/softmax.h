// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "core/base/output_kind.h"

namespace exitscope {

/// Softmax of one row of logits in double precision; equal logits get equal probabilities.
void softmax(std::span<const float> logits, std::span<float> probabilities);

/// Probabilities of one row that a head gave out: the row itself where it is a distribution already, else what `kind`
/// says, written to `scratch`. Negative scores count as 0; scores that are all 0 give equal probabilities.
[[nodiscard]] std::span<const float> probabilities_of(std::span<const float> row, OutputKind kind,
                                                      std::span<float> scratch);

}  // namespace exitscope
