// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/network/model/specialise.h"
#include "tests/support/graph_builder.h"

/// Specialised networks and what tests look at in them.
namespace exitscope::tests {

using model::Graph;
using model::Node;
using model::Shape;

/// Of a network as text (graph_builder.h); throws when it cannot be specialised.
inline Graph specialised(std::string_view text, std::int64_t batch = 2, std::int64_t opset = 13)
{
    Expected<Graph> graph = model::specialise(build_graph(text, 1, opset), batch);
    if (!graph)
        throw std::runtime_error(graph.error().message());
    return std::move(*graph);
}

/// "Conv Relu": of all nodes in order.
inline std::string operators(const Graph& graph)
{
    std::string text;
    for (const Node& node : graph.nodes)
        text += (text.empty() ? "" : " ") + node.op;
    return text;
}

inline const Shape& output_shape(const Graph& graph)
{
    return graph.value(graph.outputs.front()).shape;
}

/// The elements of a constant input.
inline const std::vector<float>& constant(const Graph& graph, const Node& node, std::size_t input)
{
    return graph.value(*node.inputs[input]).constant->floats;
}

/// All elements within 1e-5.
inline bool near(const std::vector<float>& a, const std::vector<float>& b)
{
    if (a.size() != b.size())
        return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (!(std::fabs(a[i] - b[i]) < 1e-5F))
            return false;
    return true;
}

}  // namespace exitscope::tests
