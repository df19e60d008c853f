// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/model/graph.h"

namespace exitscope::model {

/// Finds operators that exporters have written out as several small ones, and replaces each by one: LayerNormalization
/// over the last axis, Gelu with the error function, and MatMul with constant weights and a bias, which becomes its
/// third input. Nodes that are no longer read stay in the graph; its shapes must be known.
void recognise(Graph& graph);

}  // namespace exitscope::model
