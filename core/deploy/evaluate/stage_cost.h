// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/analysis/run/run.h"
#include "core/base/error.h"
#include "core/deploy/evaluate/state_walk.h"
#include "core/network/calibrate/calibrate.h"
#include "core/network/dataset/dataset.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::evaluate {

/// MACs, parameters and pinned MACs of every stage, per image. Latencies are left empty.
[[nodiscard]] std::vector<run::StageCost> stage_costs(const model::MultiExitModel& model,
                                                      const calibrate::CalibrationOptions& options);

/// Fills trunk_ms and head_ms: median processor milliseconds per image of repeated runs on the first batch of `data`,
/// one thread, after a warm-up, for every stage and precision of `programs`. The head's share is the difference between
/// runs with and without it. Stages and precisions take turns, in rounds. Takes a few seconds at most, unless single
/// runs are slow. Errors: reading; cancelled.
[[nodiscard]] Expected<void> measure_latency(const model::MultiExitModel& model, const StagePrograms& programs,
                                             const dataset::Dataset& data, std::vector<run::StageCost>& costs,
                                             Progress& progress);

}  // namespace exitscope::evaluate
