// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/batch.h"

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/network/model/input_layout.h"
#include "core/network/model/specialise.h"

namespace exitscope::model {
namespace {

bool is_one_of(std::string_view op, std::initializer_list<std::string_view> ops)
{
    return std::find(ops.begin(), ops.end(), op) != ops.end();
}

/// Tensors that flow must not be broadcast along the batch of each other.
bool ranks_agree(const Graph& graph, const Node& node)
{
    std::optional<std::size_t> rank;
    for (const std::optional<ValueIndex>& input : node.inputs) {
        if (!input || graph.value(*input).constant)
            continue;
        const std::size_t own = graph.value(*input).shape.size();
        if (rank.value_or(own) != own)
            return false;
        rank = own;
    }
    return true;
}

/// Lets every Reshape of a tensor that flows, to a constant shape that begins with `batch`, keep the first axis of the
/// tensor instead.
void keep_batch_in_shapes(Graph& graph, std::int64_t batch)
{
    std::vector<bool> flows(graph.values.size(), false);
    flows[graph.inputs.front().at()] = true;
    const std::size_t count = graph.nodes.size();
    for (std::size_t n = 0; n < count; ++n) {
        const bool any = std::any_of(graph.nodes[n].inputs.begin(), graph.nodes[n].inputs.end(),
                                     [&](const auto& input) { return input && flows[input->at()]; });
        for (const ValueIndex output : graph.nodes[n].outputs)
            flows[output.at()] = any;
        const Node& node = graph.nodes[n];
        const Tensor* shape = node.op == "Reshape" && any && node.inputs.size() > 1 && node.inputs[0] &&
                                      flows[node.inputs[0]->at()] && node.integer("allowzero", 0) == 0
                                  ? constant_of(graph, node.inputs[1])
                                  : nullptr;
        if (!shape || shape->ints.empty() || shape->ints.front() != batch)
            continue;
        Tensor kept = *shape;
        kept.ints.front() = 0;
        Value value;
        value.name = node.name + "/shape";
        value.shape = kept.shape;
        value.is_int = true;
        value.constant = std::make_shared<const Tensor>(std::move(kept));
        graph.nodes[n].inputs[1] = ValueIndex(graph.values.size());
        graph.values.push_back(std::move(value));
        flows.push_back(false);
    }
}

}  // namespace

bool samples_are_independent(const Graph& graph, std::int64_t batch)
{
    const auto apart = [&](const Node& node) {
        if (!ranks_agree(graph, node))
            return false;
        const auto untouched = [&](std::string_view key) {
            const std::vector<std::int64_t> axes = node.integers(key);
            return std::find(axes.begin(), axes.end(), 0) == axes.end();
        };
        if (is_one_of(node.op, {"Softmax", "LogSoftmax", "Concat", "Split", "LayerNormalization", "Gather", "Resize"}))
            return node.integer("axis", 0) != 0;
        if (node.op == "Slice" || node.op.starts_with("Reduce"))
            return untouched("axes");
        if (node.op == "Transpose")
            return node.integers("perm").front() == 0;
        if (node.op == "Gemm")
            return node.integer("transA", 0) == 0 && graph.value(*node.inputs[1]).constant != nullptr;
        if (node.op == "MatMul")
            return graph.value(*node.inputs[1]).constant || graph.value(*node.inputs[0]).shape.size() > 2;
        if (node.op == "Pad") {
            const std::vector<std::int64_t> pads = node.integers("pads");
            return pads.front() == 0 && pads[pads.size() / 2] == 0;
        }
        return is_one_of(node.op, {"Abs",
                                   "Add",
                                   "AveragePool",
                                   "BatchNormalization",
                                   "Ceil",
                                   "Celu",
                                   "Clip",
                                   "Conv",
                                   "Div",
                                   "Elu",
                                   "Erf",
                                   "Exp",
                                   "Floor",
                                   "Gelu",
                                   "GlobalAveragePool",
                                   "GlobalMaxPool",
                                   "HardSigmoid",
                                   "HardSwish",
                                   "LRN",
                                   "LeakyRelu",
                                   "Log",
                                   "Max",
                                   "MaxPool",
                                   "Min",
                                   "Mish",
                                   "Mul",
                                   "Neg",
                                   "PRelu",
                                   "Pow",
                                   "QuantizeDequantize",
                                   "Reciprocal",
                                   "Relu",
                                   "Reshape",
                                   "Round",
                                   "Selu",
                                   "Sigmoid",
                                   "Softplus",
                                   "Softsign",
                                   "Sqrt",
                                   "Sub",
                                   "Sum",
                                   "Tanh"});
    };
    return std::all_of(graph.nodes.begin(), graph.nodes.end(), apart) &&
           std::all_of(graph.values.begin(), graph.values.end(), [&](const Value& value) {
               return value.constant || (!value.shape.empty() && value.shape.front() == batch);
           });
}

void open_fixed_batch(Graph& graph)
{
    if (graph.inputs.size() != 1)
        return;
    const Shape& shape = graph.value(graph.inputs.front()).shape;
    if (shape.empty() || shape.front() < 1)
        return;
    Graph open = graph;
    open.values[open.inputs.front().at()].shape.front() = -1;
    keep_batch_in_shapes(open, shape.front());
    constexpr std::int64_t unlike_other_extents = 13;
    const std::int64_t other = shape.front() + unlike_other_extents;
    const Expected<Graph> specialised = specialise(open, other);
    if (specialised && samples_are_independent(*specialised, other))
        graph = std::move(open);
}

}  // namespace exitscope::model
