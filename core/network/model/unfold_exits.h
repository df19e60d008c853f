// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>

#include "core/network/model/graph.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::model {

/// Turns outputs that an `If` chooses into one output an exit, where the condition says how sure the network is of
/// what the leaving branch returns: the largest softmax probability or the entropy against a constant. Nested `If`s
/// give more exits. An output `y` becomes `y.1`, `y.2`, ... An `If` that cannot be unfolded gets the attribute
/// `reason` with the sentence why; one whose condition does not depend on the data stays for specialise().
/// Returns the rules by output name.
std::map<std::string, ExitRule> unfold_exits(Graph& graph);

/// True when every sample of a specialised graph's batch is computed for itself: the batch is the first axis of
/// everything that flows, and no operator works along or across it.
[[nodiscard]] bool samples_are_independent(const Graph& graph, std::int64_t batch);

}  // namespace exitscope::model
