// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/batch.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "core/network/model/batch_axis.h"
#include "core/network/model/input_layout.h"
#include "core/network/model/specialise.h"

namespace exitscope::model {
namespace {

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
    if (specialised && !where_images_mix(*specialised, other))
        graph = std::move(open);
}

}  // namespace exitscope::model
