// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/calibrate/segments.h"

#include <algorithm>
#include <cstddef>

#include "core/network/model/linear_layer.h"

namespace exitscope::calibrate {
namespace {

/// The smallest constant of the graph: what a segment names as its exit.
std::optional<ValueIndex> smallest_constant(const model::Graph& graph)
{
    std::optional<ValueIndex> found;
    for (std::size_t v = 0; v < graph.values.size(); ++v)
        if (const model::Value& value = graph.values[v];
            value.constant && !value.is_int &&
            (!found || model::element_count(value.shape) < model::element_count(graph.value(*found).shape)))
            found = ValueIndex(v);
    return found;
}

}  // namespace

SegmentedModel cut_at_layers(const model::MultiExitModel& model)
{
    SegmentedModel made{model, {}};
    made.model.source = nullptr;  // the cut would be lost if the model were specialised again
    made.model.stages.clear();
    const model::Graph& graph = model.graph;
    const ValueIndex exit = smallest_constant(graph).value_or(model.input());
    std::vector<std::size_t> home(graph.values.size(), 0);  // segment that computes a value
    const auto open = [&](std::size_t stage, std::optional<NodeIndex> layer) {
        made.segments.push_back({StageIndex(stage), layer, {}});
        made.model.stages.emplace_back().exit = exit;
    };
    for (std::size_t s = 0; s < model.stages.size(); ++s)
        for (const auto* nodes : {&model.stages[s].trunk, &model.stages[s].head}) {
            const std::size_t first = made.segments.size();
            for (const NodeIndex index : *nodes) {
                const model::Node& node = graph.node(index);
                if (model::linear_layer(graph, node))
                    open(s, index);
                else if (made.segments.size() == first)
                    open(s, std::nullopt);
                // as early as possible, so that what is added to a layer's result is known before the layer runs
                std::size_t segment = made.segments.back().layer == index ? made.segments.size() - 1 : first;
                for (const auto& input : node.inputs)
                    if (input)
                        segment = std::max(segment, home[input->at()]);
                made.model.stages[segment].trunk.push_back(index);
                for (const ValueIndex output : node.outputs)
                    home[output.at()] = segment;
            }
        }

    std::vector<std::optional<std::size_t>> from(graph.values.size());  // segment that computes a value
    std::vector<std::size_t> until(graph.values.size(), 0);             // last segment that reads it
    const auto reads = [&](std::size_t segment, ValueIndex value) {
        if (graph.value(value).constant || from[value.at()] == segment)
            return;
        std::vector<ValueIndex>& inputs = made.model.stages[segment].inputs;
        if (std::find(inputs.begin(), inputs.end(), value) == inputs.end())
            inputs.push_back(value);
        until[value.at()] = segment;
    };
    for (std::size_t s = 0; s < made.segments.size(); ++s)
        for (const NodeIndex index : made.model.stages[s].trunk) {
            const model::Node& node = graph.node(index);
            for (const auto& input : node.inputs)
                if (input)
                    reads(s, *input);
            for (const ValueIndex output : node.outputs)
                from[output.at()] = s;
        }
    for (std::size_t v = 0; v < graph.values.size(); ++v) {
        const ValueIndex value(v);
        if (from[v] && until[v] > *from[v])
            made.model.stages[*from[v]].outputs.push_back(value);
        if (!graph.value(value).constant && (until[v] > 0 || value == model.input()))
            made.segments[until[v]].expired.push_back(value);
    }
    return made;
}

}  // namespace exitscope::calibrate
