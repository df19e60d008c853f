// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/network/exits/head.h"
#include "core/network/model/graph.h"

namespace exitscope::exits {

/// Place of a head in the file and the names of its parts.
struct HeadPlace {
    std::string tensor;       ///< the cut point it reads, by name
    std::string output;       ///< name of its logits, [batch, classes]
    std::string prefix;       ///< prefix of the names of its nodes and constants: "exit1/"
    std::int64_t opset = 13;  ///< of the file
};

/// Adds the head's operators to an addition for model::extend_onnx(): AveragePool, Conv, Relu, Flatten, Gemm, and
/// Slice, ReduceMean, Concat for tokens.
void append_head(model::Graph& addition, const Head& head, const HeadPlace& place);

}  // namespace exitscope::exits
