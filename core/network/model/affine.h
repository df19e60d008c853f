// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/model/graph.h"

namespace exitscope::model {

/// Folds chains of per-channel scales and shifts (BatchNormalization; Mul, Add, Sub, Div with a constant of one value a
/// channel) into the Conv or Gemm that they follow, where nothing else reads what lies between. A BatchNormalization
/// without one, and what follows it in such a chain, becomes one Mul and one Add with constants [1,C,1,..].
/// Statistics are combined in double and rounded to float once.
/// `graph` has known shapes; Gemm with constant weights is in normal form. Nodes stay in topological order; values that
/// are no longer used stay behind, and Value::producer is left to the caller.
void fold_affine(Graph& graph);

}  // namespace exitscope::model
