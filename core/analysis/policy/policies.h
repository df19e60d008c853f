// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/policy/derived_run.h"
#include "core/analysis/policy/policy.h"

/// One fit function per policy; registry.cpp lists them under their names.
namespace exitscope::policy {

[[nodiscard]] Expected<FittedPtr> fit_quee(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_quee_table(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_quee_dp(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_confidence(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_entropy(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_margin(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_composite(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_eero(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_eero_paths(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_msdnet(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_jei(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_patience(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_pcee(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_static(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_static_hull(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_random(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_oracle(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_oracle_cheapest(const Context& context);
[[nodiscard]] Expected<FittedPtr> fit_escalate(const Context& context);

/// Graphs for the policies that escalate (methods.md#escalation): a selection of escalation_candidates(), and
/// tree_with_escalation().
[[nodiscard]] Expected<StateGraph> escalate_graph(const Context& measured);
[[nodiscard]] Expected<StateGraph> quee_escalate_graph(const Context& measured);

}  // namespace exitscope::policy
