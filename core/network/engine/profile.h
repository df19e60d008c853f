// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/base/index.h"
#include "core/network/engine/program.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::engine {

/// Time of one step of a network: a layer with what runs fused into it, or a conversion.
struct ProfileRow {
    StageIndex stage;
    bool head = false;        ///< part of the exit head
    std::string operators;    ///< "Conv+Add+Relu"; of a conversion, how it changes the form: "quantize", "reorder"
    std::string node;         ///< name of the first node it works for; empty for stage inputs and the hand-over
    bool conversion = false;  ///< changes only the form of a value
    double seconds = 0;       ///< of a processor, per image
    double macs = 0;          ///< per image
    double share = 0;         ///< of the time of all rows

    /// Operations, two a multiply-accumulate, in 10^9 a second; 0 where there are none.
    [[nodiscard]] double gops() const { return seconds > 0 ? 2e-9 * macs / seconds : 0; }
};

/// Seconds of every step of every stage, as Program::run_profiled() adds them up: [stage][step].
using StepSeconds = std::vector<std::vector<double>>;
[[nodiscard]] StepSeconds step_seconds(const std::vector<Program>& programs);

/// One row a step, in order. `seconds` are those of `samples` images.
[[nodiscard]] std::vector<ProfileRow> profile(const model::MultiExitModel& model, const std::vector<Program>& programs,
                                              const StepSeconds& seconds, std::size_t samples);

}  // namespace exitscope::engine
