// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/plan/stage_plan.h"
#include "core/network/calibrate/observe.h"
#include "core/network/calibrate/scheme.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::calibrate {

/// Sequential bias correction of one stage (methods.md#bias-correction): with the float network's stage input, layer by
/// layer in topological order, the bias of every channel moves by E[float output] - E[integer output], both before
/// residual, activation and rounding, over the kept batches. Errors: those of Program::compile_correctable().
[[nodiscard]] Expected<void> correct_biases(const model::MultiExitModel& model, StageIndex stage, const Scheme& scheme,
                                            const FloatStatistics& statistics, plan::StagePlan& plan);

}  // namespace exitscope::calibrate
