// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "core/network/model/graph.h"

namespace exitscope::model {

/// True when the samples of a batch do not influence each other in a specialised graph: the batch is the first axis of
/// every non-constant tensor, and no operator works along or across it.
[[nodiscard]] bool samples_are_independent(const Graph& graph, std::int64_t batch);

/// Opens the batch dimension of a graph that takes one batch size only, where the input and the constant shapes of
/// Reshape are all that fixes it and the samples are independent; otherwise the graph stays as it is. Exporters fix the
/// batch size of the example, mostly one, and an `If` takes a single condition.
void open_fixed_batch(Graph& graph);

}  // namespace exitscope::model
