// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/network/dataset/dataset.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::engine {

/// Decides what the exits hold of which the graph's end does not tell it (Stage::exit_kind_known), by their answers in
/// floating point to the first images of `data`: probabilities when no row has a negative number and all have the sum
/// 1 (within 0.01, as 16-bit floats round), scores when all numbers lie between 0 and 1, else logits. Rows with NaN or
/// infinity do not count. Adds a notice about scores. Does nothing when everything is known. Errors: those of
/// run_model().
[[nodiscard]] Expected<void> decide_output_kinds(model::MultiExitModel& model, const dataset::Dataset& data,
                                                 unsigned threads, Progress& progress);

}  // namespace exitscope::engine
