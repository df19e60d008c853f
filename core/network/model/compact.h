// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/model/graph.h"

namespace exitscope::model {

/// Removes nodes and values that no output needs, renumbers the rest and sets Value::producer.
void compact(Graph& graph);

}  // namespace exitscope::model
