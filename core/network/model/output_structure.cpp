// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <string_view>

#include "core/network/model/exit_outputs.h"

namespace exitscope::model {
namespace {

using Names = std::initializer_list<std::string_view>;

bool is_one_of(const Node& node, Names ops)
{
    return std::find(ops.begin(), ops.end(), node.op) != ops.end();
}

const Node* producer(const Graph& graph, ValueIndex value)
{
    const std::optional<NodeIndex> made = graph.value(value).producer;
    return made ? &graph.node(*made) : nullptr;
}

/// Follows the first flowing input through operators of the given kinds.
ValueIndex behind(const Graph& graph, ValueIndex value, Names ops)
{
    for (const Node* node = producer(graph, value); node && is_one_of(*node, ops); node = producer(graph, value)) {
        const auto flowing = std::find_if(node->inputs.begin(), node->inputs.end(),
                                          [&](const auto& input) { return input && !graph.value(*input).constant; });
        if (flowing == node->inputs.end())
            break;
        value = **flowing;
    }
    return value;
}

/// Axis of the classes: the only one besides the batch with more than one element, or the last.
std::int64_t class_axis(const Shape& shape)
{
    for (std::size_t axis = 1; axis < shape.size(); ++axis)
        if (shape[axis] != 1)
            return static_cast<std::int64_t>(axis);
    return static_cast<std::int64_t>(shape.size()) - 1;
}

}  // namespace

std::optional<OutputKind> output_kind(const Graph& graph, ValueIndex output)
{
    const ValueIndex value = behind(graph, output, {"Reshape", "Identity"});
    const Node* node = producer(graph, value);
    if (!node)
        return std::nullopt;
    if (is_one_of(*node, {"Softmax", "LogSoftmax"})) {
        if (node->integer("axis", -1) != class_axis(graph.value(value).shape))
            return std::nullopt;
        return node->op == "Softmax" ? OutputKind::probabilities : OutputKind::logits;
    }
    const ValueIndex scores = behind(graph, value, {"Reshape", "Identity", "Add", "Sub", "Mul", "Div"});
    const Node* layer = producer(graph, scores);
    if (!layer || !is_one_of(*layer, {"Conv", "Gemm", "MatMul"}))
        return std::nullopt;
    // A layer may also average distributions.
    const Node* before =
        producer(graph, behind(graph, *layer->inputs.front(),
                               {"Reshape", "Transpose", "Concat", "ReduceMean", "ReduceSum", "Slice", "Clip", "Div"}));
    return before && is_one_of(*before, {"Softmax", "Exp", "Sigmoid", "HardSigmoid"})
               ? std::nullopt
               : std::optional(OutputKind::logits);
}

}  // namespace exitscope::model
