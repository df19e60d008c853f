// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/base/index.h"
#include "core/network/engine/program.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::engine {

/// Time of one step of a network: a layer with the operators fused into it, or a conversion.
struct ProfileRow {
    StageIndex stage;
    bool head = false;        ///< part of the exit head
    std::string operators;    ///< "Conv+Add+Relu"; for a conversion its kind: "quantize", "reorder"
    std::string node;         ///< name of the first node it computes; empty for stage inputs and the hand-over
    bool conversion = false;  ///< only changes the form of a value
    double seconds = 0;       ///< processor time per image
    double macs = 0;          ///< per image
    double share = 0;         ///< fraction of the time of all rows

    /// 10^9 operations per second, two operations per multiply-accumulate; 0 for a step without any.
    [[nodiscard]] double gops() const { return seconds > 0 ? 2e-9 * macs / seconds : 0; }
};

/// Seconds of every step of every stage, summed up by Program::run_profiled(): [stage][step].
using StepSeconds = std::vector<std::vector<double>>;
[[nodiscard]] StepSeconds step_seconds(const std::vector<Program>& programs);

/// One row per step, in order. `seconds` are the totals for `samples` images.
[[nodiscard]] std::vector<ProfileRow> profile(const model::MultiExitModel& model, const std::vector<Program>& programs,
                                              const StepSeconds& seconds, std::size_t samples);

}  // namespace exitscope::engine
