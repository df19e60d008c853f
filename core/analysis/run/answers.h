// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>

#include "core/analysis/run/run.h"

namespace exitscope::run {

/// Allocates a split's columns for answers with their probabilities; samples and labels must be set.
void size_columns(Split& split, std::size_t states, std::size_t classes, bool keep_probabilities);

/// Stores one answer: the network's `outputs` [classes], of which the largest is the prediction, and their
/// probabilities [classes]. Safe from several threads for different samples or states.
void store_answer(Split& split, StateIndex state, SampleIndex sample, std::span<const float> outputs,
                  std::span<const float> probabilities);

}  // namespace exitscope::run
