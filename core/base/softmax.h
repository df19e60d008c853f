// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

namespace exitscope {

/// Softmax of one row of logits in double precision; equal logits get equal probabilities.
void softmax(std::span<const float> logits, std::span<float> probabilities);

}  // namespace exitscope
