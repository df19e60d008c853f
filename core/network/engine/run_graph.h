// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include "core/base/error.h"
#include "core/network/model/graph.h"

namespace exitscope::engine {

/// Compiles a specialised graph with any number of inputs and outputs as one float32 program, runs it once and returns
/// its outputs in the order of the graph. `inputs` belong to graph.inputs.
/// Errors: those of Program::compile(); an input of another shape or type than the graph's.
[[nodiscard]] Expected<std::vector<model::Tensor>> run_graph(const model::Graph& graph,
                                                             std::span<const model::Tensor> inputs);

}  // namespace exitscope::engine
