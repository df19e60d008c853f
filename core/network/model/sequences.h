// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/model/graph.h"

namespace exitscope::model {

/// Replaces sequences of tensors by their elements, in a graph as read. An output that is a sequence becomes one output
/// per element, `seq.1`, `seq.2`, ...; one that SplitToSequence makes with a single length becomes the tensor that is
/// split, which is a stack (exit_outputs.h). SequenceAt with a constant position becomes the element,
/// ConcatFromSequence a Concat, SequenceLength a constant. Other uses of sequences stay, for specialise() to refuse.
void unpack_sequences(Graph& graph);

}  // namespace exitscope::model
