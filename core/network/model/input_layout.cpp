// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/input_layout.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace exitscope::model {
namespace {

using Axes = std::vector<std::int64_t>;

/// Operators that work on every element by itself, with constants as their other inputs.
constexpr std::array<std::string_view, 12> elementwise = {"Add", "Cast",           "Clip",     "DequantizeLinear",
                                                          "Div", "Dropout",        "Identity", "Mul",
                                                          "Neg", "QuantizeLinear", "Relu",     "Sub"};

/// The first nodes that are not element-wise, in the order of the graph.
std::vector<NodeIndex> first_operators(const Graph& graph)
{
    std::set<ValueIndex> reached = {graph.inputs.front()};
    std::vector<NodeIndex> found;
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
        const Node& node = graph.nodes[n];
        for (const std::optional<ValueIndex>& input : node.inputs) {
            if (!input || !reached.contains(*input))
                continue;
            if (is_elementwise(graph, node, *input))
                reached.insert(node.outputs.front());
            else
                found.emplace_back(n);
            break;
        }
    }
    return found;
}

bool is_convolution(const Node& node)
{
    return node.op == "Conv" || node.op == "QLinearConv" || node.op == "ConvInteger" ||
           node.op == "BatchNormalization" || node.op.ends_with("FusedConv");
}

bool moves_channels_first(const Node& node)
{
    return node.op == "Transpose" && node.integers("perm") == Axes{0, 3, 1, 2};
}

/// Lets element-wise operators work on the new order as far as the Transposes; all or nothing.
class Reordering {
public:
    explicit Reordering(Graph& graph) : graph_(graph), readers_(graph.consumers()) {}

    bool run()
    {
        std::vector<ValueIndex> pending = {graph_.inputs.front()};
        while (!pending.empty()) {
            const ValueIndex value = pending.back();
            pending.pop_back();
            if (std::find(graph_.outputs.begin(), graph_.outputs.end(), value) != graph_.outputs.end())
                return false;
            for (const NodeIndex reader : readers_[value.at()]) {
                if (moves_channels_first(graph_.node(reader))) {
                    transposes_.push_back(reader);
                    continue;
                }
                if (!is_elementwise(graph_, graph_.node(reader), value) || !reorder_constants(reader, value))
                    return false;
                reordered_.push_back(graph_.node(reader).outputs.front());
                pending.push_back(reordered_.back());
            }
        }
        apply();
        return true;
    }

private:
    void apply()
    {
        for (const NodeIndex node : transposes_) {
            graph_.nodes[node.at()].op = "Identity";
            graph_.nodes[node.at()].attributes.clear();
        }
        for (auto& [place, tensor] : constants_)
            graph_.nodes[place.first.at()].inputs[place.second] = add(std::move(tensor));
        for (const ValueIndex value : reordered_)
            graph_.values[value.at()].name += "/channels_first";
    }

    /// Constants with one value per channel, which broadcast against the last axis, get axes of one element behind it.
    bool reorder_constants(NodeIndex reader, ValueIndex data)
    {
        const Node& node = graph_.node(reader);
        for (std::size_t i = 0; i < node.inputs.size(); ++i) {
            if (!node.inputs[i] || *node.inputs[i] == data)
                continue;
            const Tensor& constant = *constant_of(graph_, node.inputs[i]);
            const std::int64_t count = element_count(constant.shape);
            if (count == 1 && constant.shape.size() <= 1)
                continue;
            const bool per_channel = !constant.shape.empty() && constant.shape.size() <= 4 &&
                                     constant.shape.back() == count && !node.op.ends_with("Linear");
            if (!per_channel)
                return false;
            Tensor moved = constant;
            moved.shape = {count, 1, 1};
            constants_.insert_or_assign({reader, i}, std::move(moved));
        }
        return true;
    }

    ValueIndex add(Tensor tensor)
    {
        Value value;
        value.shape = tensor.shape;
        value.is_int = tensor.is_int;
        value.element = tensor.element;
        value.constant = std::make_shared<const Tensor>(std::move(tensor));
        graph_.values.push_back(std::move(value));
        return ValueIndex(graph_.values.size() - 1);
    }

    Graph& graph_;
    std::vector<std::vector<NodeIndex>> readers_;
    std::vector<NodeIndex> transposes_;
    std::vector<ValueIndex> reordered_;
    std::map<std::pair<NodeIndex, std::size_t>, Tensor> constants_;  ///< by node and input
};

}  // namespace

const Tensor* constant_of(const Graph& graph, std::optional<ValueIndex> value)
{
    if (!value)
        return nullptr;
    const Value& found = graph.value(*value);
    if (found.constant || !found.producer || graph.node(*found.producer).op != "Constant")
        return found.constant.get();
    const auto attribute = graph.node(*found.producer).attributes.find("value");
    return attribute == graph.node(*found.producer).attributes.end() ? nullptr
                                                                     : std::get_if<Tensor>(&attribute->second);
}

bool is_elementwise(const Graph& graph, const Node& node, ValueIndex data)
{
    return std::find(elementwise.begin(), elementwise.end(), node.op) != elementwise.end() &&
           node.outputs.size() == 1 && !node.attributes.contains("broadcast") &&
           std::all_of(node.inputs.begin(), node.inputs.end(),
                       [&](const auto& input) { return !input || *input == data || constant_of(graph, input); });
}

bool is_channels_last(const Graph& graph)
{
    const std::vector<NodeIndex> first = first_operators(graph);
    const auto any = [&](auto predicate) {
        return std::any_of(first.begin(), first.end(), [&](NodeIndex node) { return predicate(graph.node(node)); });
    };
    if (any(is_convolution))
        return false;
    const Shape& shape = graph.value(graph.inputs.front()).shape;
    const bool second = shape[1] == 1 || shape[1] == 3;
    const bool last = shape[3] == 1 || shape[3] == 3;
    return second == last ? any(moves_channels_first) : last;
}

void put_channels_first(Graph& graph)
{
    const ValueIndex input = graph.inputs.front();
    const Shape& shape = graph.value(input).shape;
    const Shape first = {shape[0], shape[3], shape[1], shape[2]};
    if (Reordering(graph).run()) {
        graph.values[input.at()].shape = first;
        return;
    }
    Value fed = graph.value(input);
    fed.shape = first;
    graph.values[input.at()].name += "/channels_last";
    graph.values.push_back(std::move(fed));
    graph.inputs.front() = ValueIndex(graph.values.size() - 1);
    Node back;
    back.op = "Transpose";
    back.name = graph.value(input).name;
    back.inputs = {graph.inputs.front()};
    back.outputs = {input};
    back.attributes = {{"perm", Axes{0, 2, 3, 1}}};
    prepend(graph, {std::move(back)});
}

void prepend(Graph& graph, std::vector<Node> nodes)
{
    const std::size_t count = nodes.size();
    for (Value& value : graph.values)
        if (value.producer)
            value.producer = NodeIndex(value.producer->at() + count);
    for (std::size_t n = 0; n < count; ++n)
        for (const ValueIndex output : nodes[n].outputs)
            graph.values[output.at()].producer = NodeIndex(n);
    graph.nodes.insert(graph.nodes.begin(), std::make_move_iterator(nodes.begin()),
                       std::make_move_iterator(nodes.end()));
}

}  // namespace exitscope::model
