// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/compact.h"

#include <algorithm>
#include <utility>

namespace exitscope::model {

void compact(Graph& graph)
{
    std::vector<bool> needed(graph.values.size(), false);
    std::vector<bool> kept(graph.nodes.size(), false);
    for (const ValueIndex value : graph.inputs)
        needed[value.at()] = true;
    for (const ValueIndex value : graph.outputs)
        needed[value.at()] = true;
    for (std::size_t n = graph.nodes.size(); n-- > 0;) {
        const Node& node = graph.nodes[n];
        kept[n] = std::any_of(node.outputs.begin(), node.outputs.end(),
                              [&](ValueIndex output) { return needed[output.at()]; });
        if (!kept[n])
            continue;
        for (const ValueIndex output : node.outputs)
            needed[output.at()] = true;
        for (const std::optional<ValueIndex>& input : node.inputs)
            if (input)
                needed[input->at()] = true;
    }
    std::vector<ValueIndex> renumbered(graph.values.size());
    std::vector<Value> values;
    for (std::size_t v = 0; v < graph.values.size(); ++v) {
        if (!needed[v])
            continue;
        renumbered[v] = ValueIndex(values.size());
        values.push_back(std::move(graph.values[v]));
        values.back().producer.reset();
    }
    graph.values = std::move(values);
    std::vector<Node> nodes;
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
        if (!kept[n])
            continue;
        Node& node = graph.nodes[n];
        for (std::optional<ValueIndex>& input : node.inputs)
            if (input)
                input = renumbered[input->at()];
        for (ValueIndex& output : node.outputs) {
            output = renumbered[output.at()];
            graph.values[output.at()].producer = NodeIndex(nodes.size());
        }
        nodes.push_back(std::move(node));
    }
    graph.nodes = std::move(nodes);
    for (ValueIndex& value : graph.inputs)
        value = renumbered[value.at()];
    for (ValueIndex& value : graph.outputs)
        value = renumbered[value.at()];
}

}  // namespace exitscope::model
