// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>

#include "core/network/model/graph.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::model {

/// Turns an output that is chosen by an `If` into one output per exit. The condition must compare the largest softmax
/// probability, or the entropy, of the early answer with a constant. Nested `If`s give more exits. An output `y`
/// becomes `y.1`, `y.2`, ... An `If` that cannot be unfolded gets the attribute `reason` with a sentence; one whose
/// condition does not depend on the data stays for specialise().
/// Returns the rules by output name.
std::map<std::string, ExitRule> unfold_exits(Graph& graph);

/// True when the samples of a batch do not influence each other in a specialised graph: the batch is the first axis of
/// every non-constant tensor, and no operator works along or across it.
[[nodiscard]] bool samples_are_independent(const Graph& graph, std::int64_t batch);

}  // namespace exitscope::model
