// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "core/analysis/policy/knob_policy.h"
#include "core/analysis/policy/statistic_score.h"

namespace exitscope::policy {

/// States visited by a fixed precision path, first exit first.
using Chain = std::vector<StateIndex>;

/// The chain that ends in `last`.
[[nodiscard]] Chain chain_to(const run::Run& run, StateIndex last);

/// Thresholds to try, ascending: both extremes and quantiles of the scores that the fit split has at `states`, at which
/// a sample may leave.
[[nodiscard]] std::vector<double> threshold_grid(const run::Run& run, const StatisticScore& score,
                                                 std::vector<StateIndex> states);

/// "Leave at the first exit of the chain with score > t (strict), else at its last": one rule a chain, t on a grid of
/// quantiles of the scores seen on the fit split, shared by all exits (methods.md#baselines-and-bounds).
[[nodiscard]] std::shared_ptr<const KnobRules> threshold_rules(const run::Run& run, StatisticScore score,
                                                               std::vector<Chain> chains);

}  // namespace exitscope::policy
