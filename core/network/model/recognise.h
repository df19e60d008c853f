// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/model/graph.h"

namespace exitscope::model {

/// Replaces what exporters write out in small operators by the one operator it stands for: LayerNormalization over the
/// last axis, Gelu with the error function, and the bias of a MatMul with constant weights, which becomes the MatMul's
/// third input. Nodes that nothing reads any more stay; the graph's shapes must be known.
void recognise(Graph& graph);

}  // namespace exitscope::model
