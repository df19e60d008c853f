// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/stacked.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace exitscope::model {
namespace {

const Node* producer(const Graph& graph, ValueIndex value)
{
    const std::optional<NodeIndex> made = graph.value(value).producer;
    return made && graph.node(*made).outputs.size() == 1 ? &graph.node(*made) : nullptr;
}

/// The input along which a node treats the parts of its result alike, and the axis of the parts there; nullopt when it
/// mixes them.
struct Source {
    std::size_t input;
    std::size_t axis;
};
std::optional<Source> source_of(const Graph& graph, const Node& node, std::size_t axis)
{
    constexpr std::array<std::string_view, 13> functions = {"Identity", "Cast", "Clip", "Exp", "Log", "Relu", "Sigmoid",
                                                            "Tanh",     "Neg",  "Add",  "Sub", "Mul", "Div"};
    std::optional<std::size_t> flowing;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        if (!node.inputs[i])
            continue;
        const Value& value = graph.value(*node.inputs[i]);
        if (value.constant ? element_count(value.shape) != 1 : flowing.has_value())
            return std::nullopt;
        if (!value.constant)
            flowing = i;
    }
    if (!flowing)
        return std::nullopt;
    if (node.op == "Transpose")
        return Source{*flowing, static_cast<std::size_t>(node.integers("perm")[axis])};
    const bool apart =
        (node.op == "Softmax" || node.op == "LogSoftmax") && node.integer("axis", 0) != static_cast<std::int64_t>(axis);
    if (apart || std::find(functions.begin(), functions.end(), node.op) != functions.end())
        return Source{*flowing, axis};
    return std::nullopt;
}

ValueIndex add(Graph& graph, Node node, const Value& like, std::size_t axis)
{
    Value made;
    made.name = like.name;
    made.shape = like.shape;
    made.shape[axis] = 1;
    made.is_int = like.is_int;
    made.element = like.element;
    made.producer = NodeIndex(graph.nodes.size());
    graph.values.push_back(std::move(made));
    node.outputs = {ValueIndex(graph.values.size() - 1)};
    graph.nodes.push_back(std::move(node));
    return graph.nodes.back().outputs.front();
}

/// part_of() with one element along the axis.
ValueIndex kept_part(Graph& graph, ValueIndex value, std::size_t axis, std::int64_t index)
{
    if (graph.value(value).shape[axis] == 1)
        return value;
    if (const Node* node = producer(graph, value)) {
        if (node->op == "Concat" && node->integer("axis", 0) == static_cast<std::int64_t>(axis)) {
            for (const std::optional<ValueIndex>& input : node->inputs) {
                const std::int64_t extent = graph.value(*input).shape[axis];
                if (index < extent)
                    return kept_part(graph, *input, axis, index);
                index -= extent;
            }
        }
        if (const std::optional<Source> source = source_of(graph, *node, axis)) {
            Node copy = *node;
            copy.inputs[source->input] = kept_part(graph, *copy.inputs[source->input], source->axis, index);
            copy.name += "/" + std::to_string(index + 1);
            return add(graph, std::move(copy), Value(graph.value(value)), axis);
        }
    }
    Node slice;
    slice.op = "Slice";
    slice.name = graph.value(value).name + "/" + std::to_string(index + 1);
    slice.inputs = {value};
    slice.attributes = {{"axes", std::vector<std::int64_t>{static_cast<std::int64_t>(axis)}},
                        {"starts", std::vector<std::int64_t>{index}},
                        {"ends", std::vector<std::int64_t>{index + 1}},
                        {"steps", std::vector<std::int64_t>{1}}};
    return add(graph, std::move(slice), Value(graph.value(value)), axis);
}

}  // namespace

bool is_stacked(const Graph& graph, ValueIndex value, std::size_t axis)
{
    const Node* node = producer(graph, value);
    if (!node)
        return false;
    if (node->op == "Concat" && node->integer("axis", 0) == static_cast<std::int64_t>(axis))
        return std::all_of(node->inputs.begin(), node->inputs.end(),
                           [&](const auto& input) { return input && graph.value(*input).shape[axis] == 1; });
    const std::optional<Source> source = source_of(graph, *node, axis);
    return source && is_stacked(graph, *node->inputs[source->input], source->axis);
}

ValueIndex part_of(Graph& graph, ValueIndex value, std::size_t axis, std::int64_t index)
{
    const ValueIndex part = kept_part(graph, value, axis, index);
    Node reshape;
    reshape.op = "Reshape";
    reshape.name = graph.value(value).name + "." + std::to_string(index + 1);
    reshape.inputs = {part};
    Shape shape = graph.value(part).shape;
    shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(axis));
    reshape.attributes = {{"shape", shape}};
    Value made;
    made.name = reshape.name;
    made.shape = std::move(shape);
    made.producer = NodeIndex(graph.nodes.size());
    graph.values.push_back(std::move(made));
    reshape.outputs = {ValueIndex(graph.values.size() - 1)};
    graph.nodes.push_back(std::move(reshape));
    return graph.nodes.back().outputs.front();
}

}  // namespace exitscope::model
