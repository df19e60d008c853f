// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

#include "core/base/error.h"
#include "core/base/plan/stage_plan.h"
#include "core/base/progress.h"
#include "core/network/calibrate/calibrate.h"
#include "core/network/calibrate/observe.h"
#include "core/network/calibrate/scheme.h"
#include "core/network/dataset/dataset.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::calibrate {

/// How many of `samples` samples round_sequentially() takes for `networks` precisions: what is kept of them between two
/// layers is at most 2 GiB. `model` is that for a calibration batch.
[[nodiscard]] std::size_t samples_to_round(const model::MultiExitModel& model, std::size_t samples,
                                           std::size_t networks);

/// Rounds the weights of every plan layer by layer, in the order in which the layers run, each on the inputs that the
/// network so far quantized gives it (methods.md#weights). `plans` [precisions][stages] come with grids and weights
/// rounded to nearest, and leave with the new weights, scales and biases. The float network and all precisions run side
/// by side over the first samples_to_round() samples, one segment between two layers at a time.
/// Deterministic, whatever the number of threads. Errors: reading; those of Program::compile(); cancelled.
[[nodiscard]] Expected<void> round_sequentially(const model::MultiExitModel& model, const dataset::Dataset& data,
                                                const Scheme& scheme, const CalibrationOptions& options,
                                                const std::vector<std::vector<plan::StagePlan>*>& plans,
                                                Progress& progress);

}  // namespace exitscope::calibrate
