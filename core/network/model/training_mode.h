// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/notice.h"
#include "core/network/model/graph.h"

namespace exitscope::model {

/// Puts BatchNormalization and Dropout that a graph as read has in training mode into inference mode: in training they
/// normalise with the statistics of the batch and drop elements at random, so that the answer to an image depends on
/// those beside it. Results that only training has are no longer made. A notice names the nodes; none without such
/// nodes.
[[nodiscard]] Notices stop_training(Graph& graph);

}  // namespace exitscope::model
