// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/rebuilt_graph.h"

#include <memory>
#include <utility>

#include "core/network/model/compact.h"

namespace exitscope::model {

Expected<void> RebuiltGraph::rebuild(const std::function<Expected<void>(Node)>& rewrite)
{
    std::vector<Node> nodes;
    nodes.swap(graph_.nodes);
    for (Node& node : nodes) {
        for (std::optional<ValueIndex>& input : node.inputs)
            if (input)
                input = real(*input);
        if (Expected<void> done = rewrite(std::move(node)); !done)
            return done;
    }
    for (ValueIndex& output : graph_.outputs)
        output = real(output);
    compact(graph_);
    return {};
}

ValueIndex RebuiltGraph::real(ValueIndex value) const
{
    return value.at() < stands_for_.size() && stands_for_[value.at()] ? *stands_for_[value.at()] : value;
}

void RebuiltGraph::stand_for(ValueIndex value, ValueIndex instead)
{
    if (value.at() >= stands_for_.size())
        stands_for_.resize(value.at() + 1);
    stands_for_[value.at()] = instead;
}

ValueIndex RebuiltGraph::new_value(std::string name)
{
    graph_.values.emplace_back().name = std::move(name);
    return ValueIndex(graph_.values.size() - 1);
}

ValueIndex RebuiltGraph::add(std::string op, const Node& origin, std::vector<std::optional<ValueIndex>> inputs,
                             std::map<std::string, Attribute> attributes, std::optional<ValueIndex> output)
{
    Node node;
    node.name = origin.name;
    node.op = std::move(op);
    node.inputs = std::move(inputs);
    node.attributes = std::move(attributes);
    const ValueIndex made = output ? *output : new_value(origin.name + "/" + node.op);
    node.outputs = {made};
    keep(std::move(node));
    return made;
}

void RebuiltGraph::keep(Node node)
{
    for (const ValueIndex output : node.outputs)
        graph_.values[output.at()].producer = NodeIndex(graph_.nodes.size());
    graph_.nodes.push_back(std::move(node));
}

void RebuiltGraph::set_constant(ValueIndex value, Tensor tensor, StoredQuantization stored)
{
    Value& made = graph_.values[value.at()];
    made.shape = tensor.shape;
    made.is_int = tensor.is_int;
    made.element = tensor.element;
    made.producer.reset();
    if (!stored.scales.empty())
        made.stored = std::make_shared<const StoredQuantization>(std::move(stored));
    made.constant = std::make_shared<const Tensor>(std::move(tensor));
}

ValueIndex RebuiltGraph::new_constant(const Node& origin, Tensor tensor)
{
    const ValueIndex made = new_value(origin.name + "/parameter");
    set_constant(made, std::move(tensor));
    return made;
}

const Tensor* RebuiltGraph::constant(const Node& node, std::size_t input) const
{
    return has(node, input) ? graph_.value(*node.inputs[input]).constant.get() : nullptr;
}

}  // namespace exitscope::model
