// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/model/graph.h"

namespace exitscope::model {

/// Lets the readers of a Cast back to floats read the floats themselves, where the Cast to integers before it changes
/// nothing: whole numbers, clipped to the range of an integer type of at most 16 bits, as quantizing writes them.
/// Shapes must be known; nodes that are no longer read stay in the graph.
void skip_cast_pairs(Graph& graph);

}  // namespace exitscope::model
