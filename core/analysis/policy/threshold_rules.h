// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "core/analysis/policy/knob_policy.h"

namespace exitscope::policy {

/// A score of one softmax output that rises with confidence.
struct Score {
    double (*of)(const run::Statistics&);
    double lowest;   ///< below every score: every sample leaves at the first exit
    double highest;  ///< never exceeded: no sample leaves early
    double sign;     ///< the knob shown to users is sign * threshold
    ExitScore::Kind kind = ExitScore::Kind::confidence;
};

/// The states of a fixed precision path, first exit first.
using Chain = std::vector<StateIndex>;

/// The chain that ends in `last`.
[[nodiscard]] Chain chain_to(const run::Run& run, StateIndex last);

/// Thresholds to try, ascending: both extremes and quantiles of the scores that the fit split has at `states`, at which
/// a sample may leave.
[[nodiscard]] std::vector<double> threshold_grid(const run::Run& run, const Score& score,
                                                 std::vector<StateIndex> states);

/// "Leave at the first exit of the chain with score > t (strict), else at its last": one rule per chain, t on a grid of
/// quantiles of the scores on the fit split, shared by all exits (methods.md#baselines-and-bounds).
[[nodiscard]] std::shared_ptr<const KnobRules> threshold_rules(const run::Run& run, Score score,
                                                               std::vector<Chain> chains);

}  // namespace exitscope::policy
