// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/analyse/decide.h"
#include "core/base/translatable.h"

namespace exitscope::analyse {

/// What happened at one gate on a sample's way: the inspector's lines.
struct GateVisit {
    StateIndex state;
    std::uint16_t prediction = 0;
    run::Statistics statistics;
    double relative_cost = 0;
    float predicted_error_here = 0;
    /// the later state of least predicted error; at the last exit the state itself
    StateIndex best_terminal;
    float best_predicted_error = 0;
    double best_relative_cost = 0;
    bool left_here = false;
    Sentence place;   ///< "left at exit 2 (w8a8)"
    Sentence reason;  ///< "the largest probability 93 % passes the threshold 90 %": by the rule that decided
};

/// The path of one test sample to its decided state, state by state. `policy` is what `decisions` are from, fitted on
/// the states of `analysis`, with `costs`. The reasons are those of the point that decided this sample: between two
/// points of the budget each sample follows the one that its draw names.
[[nodiscard]] std::vector<GateVisit> explain(const Analysis& analysis, const cost::Costs& costs,
                                             const policy::Fitted& policy, const Decisions& decisions,
                                             SampleIndex sample);

}  // namespace exitscope::analyse
