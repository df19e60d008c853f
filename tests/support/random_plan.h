// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "core/base/plan/stage_plan.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::tests {

/// A quantization plan without calibration: weights quantized for real, every value of the stage on a grid whose range
/// is guessed from its producer and jittered. Good for exactness and speed, not for accuracy.
struct RandomPlanOptions {
    Precision precision = {8, 8};
    std::uint64_t seed = 1;
    float range = 4.0F;             ///< values beyond +-range saturate
    double without_stream = 0.0;    ///< share of values that get no stream grid
    double separate_operand = 0.3;  ///< share of values whose operand grid differs from their stream grid at 8 bits
};
[[nodiscard]] plan::StagePlan random_plan(const model::MultiExitModel& model, StageIndex stage,
                                          const RandomPlanOptions& options);

}  // namespace exitscope::tests
