// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include "core/analysis/policy/derived_run.h"

namespace exitscope::policy {

/// The run's tree with the action `escalate` (methods.md#escalation): from the end of every pass at one precision to
/// the start of a pass at each higher precision, which asks the last early head on its way and the final one.
[[nodiscard]] StateGraph tree_with_escalation(const run::Run& measured);

/// Cheap passes at every precision, with every choice of early heads to ask (heads left out are not paid; beyond four
/// early heads at most two of them, or all), each followed by a pass at each higher precision, which asks the last of
/// the chosen heads on its way and the final one.
[[nodiscard]] StateGraph escalation_candidates(const run::Run& measured);

/// The part of a graph that `kept` states and the ways to them need, in the same order.
[[nodiscard]] StateGraph pruned(const StateGraph& graph, std::span<const StateIndex> kept);

}  // namespace exitscope::policy
