// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/model/graph.h"

namespace exitscope::model {

/// Opens the batch dimension of a graph that takes one batch size only, where the input and the constant shapes of
/// Reshape are all that fixes it and the images stay apart (where_images_mix()); otherwise the graph stays as it is.
/// Exporters fix the batch size of the example, mostly one, and an `If` takes a single condition.
void open_fixed_batch(Graph& graph);

}  // namespace exitscope::model
