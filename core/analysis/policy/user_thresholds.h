// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/analysis/policy/derived_run.h"
#include "core/analysis/policy/policy.h"

namespace exitscope::policy {

/// Early exiting with thresholds that somebody else has chosen: leave at the first exit, of those that are switched on,
/// whose statistic reaches its threshold, else at the last (methods.md#thresholds-of-your-own).
struct UserThresholds {
    enum class Statistic {
        confidence,  ///< largest probability, at least the threshold
        entropy,     ///< in nats, at most the threshold
        margin,      ///< largest minus second largest probability, at least the threshold
    };
    std::vector<std::optional<double>> thresholds;  ///< [exits - 1]; nullopt: switched off, its head is not asked
    Statistic statistic = Statistic::confidence;
    std::string path;  ///< precision of every stage as State::name() writes it; empty: the highest everywhere
};

[[nodiscard]] std::optional<UserThresholds::Statistic> parse_statistic(std::string_view text);
[[nodiscard]] std::string_view name(UserThresholds::Statistic statistic);  ///< "confidence" "entropy" "margin"

/// Name and title of what is decided by thresholds; it has no fit.
extern const Info thresholds_policy;

/// The exits that are switched on, along the path. Errors (usage): another number of thresholds than early exits; one
/// that is not finite; a path that the run does not have.
[[nodiscard]] Expected<StateGraph> thresholds_graph(const run::Run& measured, const UserThresholds& choice);

/// The rule on the run derived from thresholds_graph(): one point. Errors: no labels in the fit split; a statistic that
/// the run does not know.
[[nodiscard]] Expected<FittedPtr> at_thresholds(const Context& context, const UserThresholds& choice);

}  // namespace exitscope::policy
