// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/model/graph.h"

namespace exitscope::model {

/// Folds chains of per-channel scales and shifts (BatchNormalization; Mul, Add, Sub, Div with a constant of one value
/// per channel) into the Conv or Gemm that they follow, provided that no other node reads the values in between. A
/// chain that begins with a BatchNormalization but follows no Conv or Gemm becomes one Mul and one Add with constants
/// [1,C,1,..]. Statistics are combined in double and rounded to float once.
/// `graph` has known shapes; Gemm with constant weights is in normal form. Nodes stay in topological order. The caller
/// removes values that are no longer used and updates Value::producer (compact()).
void fold_affine(Graph& graph);

}  // namespace exitscope::model
