// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/analyse/proportion.h"
#include "core/base/index.h"

namespace exitscope::analyse {

/// Outcome of one operating point on the test split.
struct Outcome {
    Proportion accuracy;                     ///< over labelled samples; accuracy.samples = 0 when there are none
    double relative_cost = 0;                ///< mean, relative to Run::full()
    double cost = 0;                         ///< mean, absolute, in the cost model's unit
    double milliseconds = 0;                 ///< mean measured latency of the chosen states, 0 if not measured
    std::vector<double> exit_share;          ///< [exits]
    std::vector<double> precision_share;     ///< [precisions], of the last stage run
    std::vector<std::uint32_t> state_count;  ///< [states]
    double agreement = 0;                    ///< share whose prediction equals the full model's (needs no labels)
};

/// One sample's state under an operating point.
struct Decisions {
    std::string policy;
    double budget = 0;
    double knob = 0;
    std::vector<StateIndex> state;  ///< [test samples]
    Outcome outcome;
};

/// Decides the whole test split at one budget (a relative cost).
[[nodiscard]] Decisions decide(const PolicyResult& policy, double budget);
/// decide() into storage at hand: no allocation beyond the first call (slider steps).
void decide_into(const PolicyResult& policy, double budget, Decisions& decisions);

/// Outcome over some of the test samples, each in its state of `states` [test samples].
[[nodiscard]] Outcome outcome_of(const PolicyResult& policy, std::span<const StateIndex> states,
                                 std::span<const SampleIndex> samples);

}  // namespace exitscope::analyse
