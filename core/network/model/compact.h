// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/model/graph.h"

namespace exitscope::model {

/// Removes nodes and values that no output needs, numbers the rest anew and sets the producers.
void compact(Graph& graph);

}  // namespace exitscope::model
