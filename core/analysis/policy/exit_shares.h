// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "core/analysis/policy/exit_rules.h"

namespace exitscope::policy {

/// Thresholds by which the share `shares[l]` of these samples leaves at exit l (methods.md#eero), head by head on those
/// that are still there: t_l is the score of the round(q_l n_l)-th highest of the n_l survivors, q_l = shares_l over
/// what the earlier exits left. Quantiles of all samples in place of the survivors' overshoot a budget. Needs no
/// labels. `scores` is [early exits][samples], `shares` [early exits + 1]. Infinity where no sample leaves,
/// minus infinity where all do.
[[nodiscard]] std::vector<double> survivor_thresholds(const std::vector<std::vector<double>>& scores,
                                                      std::span<const double> shares);

/// max p of the chain's exits, ties broken by seeded noise (tie_noise).
[[nodiscard]] std::shared_ptr<const ExitScorer> confidence_scorer(const Chain& chain, std::uint64_t seed);

/// The rule that gives every setting the exit shares `shares_at(setting)`, [chain], on the fit split.
[[nodiscard]] ChainRule rule_of_shares(const run::Run& run, Chain chain, std::shared_ptr<const ExitScorer> scorer,
                                       std::size_t settings,
                                       const std::function<std::vector<double>(std::size_t)>& shares_at);

}  // namespace exitscope::policy
