// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/network/model/graph.h"

namespace exitscope::model {

/// Puts BatchNormalization and Dropout that a graph as read has in training mode into inference mode: in training they
/// normalise with the statistics of the batch and drop elements at random, so that the answer to an image depends on
/// those beside it. Results that only training has are no longer made. The start of a sentence that names the nodes and
/// says so, for a notice or an error; empty without such nodes.
[[nodiscard]] std::string stop_training(Graph& graph);

}  // namespace exitscope::model
