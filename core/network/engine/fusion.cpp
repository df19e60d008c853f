// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/fusion.h"

#include <algorithm>
#include <limits>

#include "core/network/model/linear_layer.h"

namespace exitscope::engine {
namespace {

/// Follows one layer through the nodes that can be fused into it.
class ChainBuilder {
public:
    ChainBuilder(const model::MultiExitModel& model, const model::Stage& stage, const plan::StagePlan* plan)
        : graph_(model.graph), plan_(plan && plan->rounds_inside ? plan : nullptr), consumers_(model.graph.consumers()),
          section_(graph_.nodes.size(), 0), visible_(graph_.values.size(), false), claimed_(graph_.nodes.size(), false)
    {
        for (const NodeIndex n : stage.trunk)
            section_[n.at()] = 1;
        for (const NodeIndex n : stage.head)
            section_[n.at()] = 2;
        for (const ValueIndex v : stage.outputs)
            visible_[v.at()] = true;
        visible_[stage.exit.at()] = true;
    }

    Chain build(NodeIndex layer, bool fuse)
    {
        Chain chain;
        chain.layer = layer;
        chain.layer_result = chain.sum = chain.result = graph_.node(layer).outputs[0];
        while (fuse && !chain.activation) {
            const std::optional<NodeIndex> next = only_consumer(chain);
            if (!next)
                break;
            const model::Node& node = graph_.node(*next);
            if (rounded_before(chain.result, node))
                break;
            if (const std::optional<Clamp> clamp = clamp_of(node)) {
                chain.activation = next;
                chain.clamp = clamp;
            } else if (const auto other = residual(node, chain.result); other && !chain.add) {
                chain.add = next;
                chain.residual = *other;
                chain.sum = node.outputs[0];
            } else {
                break;
            }
            claimed_[next->at()] = true;
            chain.result = node.outputs[0];
        }
        return chain;
    }

private:
    std::optional<NodeIndex> only_consumer(const Chain& chain) const
    {
        const auto& readers = consumers_[chain.result.at()];
        if (visible_[chain.result.at()] || readers.size() != 1)
            return std::nullopt;
        const NodeIndex reader = readers.front();
        if (claimed_[reader.at()] || section_[reader.at()] != section_[chain.layer.at()])
            return std::nullopt;
        return reader;
    }
    /// Whether the value is rounded before `next` reads it. Not needed if `next` is a clamp that ends on the same grid:
    /// the result is the same.
    bool rounded_before(ValueIndex value, const model::Node& next) const
    {
        if (!plan_ || !plan_->stream[value.at()])
            return false;
        return !clamp_of(next) || plan_->stream[next.outputs[0].at()] != plan_->stream[value.at()];
    }
    std::optional<ValueIndex> residual(const model::Node& node, ValueIndex branch) const
    {
        if (node.op != "Add" || node.inputs.size() != 2 || !node.inputs[0] || !node.inputs[1])
            return std::nullopt;
        const ValueIndex other = *node.inputs[0] == branch ? *node.inputs[1] : *node.inputs[0];
        if (other == branch || graph_.value(other).constant || graph_.value(other).shape != graph_.value(branch).shape)
            return std::nullopt;
        return other;
    }

    const model::Graph& graph_;
    const plan::StagePlan* plan_;  ///< when it rounds inside
    std::vector<std::vector<NodeIndex>> consumers_;
    std::vector<int> section_;
    std::vector<bool> visible_;
    std::vector<bool> claimed_;
};

}  // namespace

std::optional<Clamp> clamp_of(const model::Node& node)
{
    constexpr float infinity = std::numeric_limits<float>::infinity();
    if (node.op == "Relu")
        return Clamp{0.0F, infinity};
    if (node.op != "Clip" ||
        std::count_if(node.inputs.begin(), node.inputs.end(), [](const auto& i) { return i.has_value(); }) != 1)
        return std::nullopt;
    const Clamp clamp{node.number("min", -infinity), node.number("max", infinity)};
    return clamp.low <= clamp.high ? std::optional(clamp) : std::nullopt;
}

FusionPlan plan_fusion(const model::MultiExitModel& model, const model::Stage& stage, const plan::StagePlan* stage_plan,
                       bool fuse)
{
    const model::Graph& graph = model.graph;
    FusionPlan plan;
    plan.ends_here.resize(graph.nodes.size());
    plan.absorbed.assign(graph.nodes.size(), false);
    plan.position.assign(graph.nodes.size(), 0);
    plan.last_use.assign(graph.values.size(), 0);
    std::vector<NodeIndex> order = stage.trunk;
    order.insert(order.end(), stage.head.begin(), stage.head.end());
    for (std::size_t p = 0; p < order.size(); ++p)
        plan.position[order[p].at()] = p;

    ChainBuilder builder(model, stage, stage_plan);
    for (const NodeIndex n : order) {
        if (!model::linear_layer(graph, graph.node(n)))
            continue;
        const Chain chain = builder.build(n, fuse);
        const NodeIndex last = chain.activation ? *chain.activation : chain.add ? *chain.add : chain.layer;
        const std::size_t when = plan.position[last.at()];
        for (const std::optional<NodeIndex> part : {std::optional(chain.layer), chain.add})
            if (part && *part != last) {
                plan.absorbed[part->at()] = true;
                plan.position[part->at()] = when;
            }
        plan.ends_here[last.at()] = chain;
    }
    for (const NodeIndex n : order)
        for (const auto& input : graph.node(n).inputs)
            if (input)
                plan.last_use[input->at()] = std::max(plan.last_use[input->at()], plan.position[n.at()]);
    for (const ValueIndex v : stage.outputs)
        plan.last_use[v.at()] = SIZE_MAX;
    plan.last_use[stage.exit.at()] = SIZE_MAX;
    for (auto n = order.rbegin(); n != order.rend(); ++n)  // a reshaped value is read through its source
        if (const model::Node& node = graph.node(*n); node.op == "Reshape") {
            std::size_t& source = plan.last_use[node.inputs[0]->at()];
            source = std::max(source, plan.last_use[node.outputs[0].at()]);
        }
    return plan;
}

}  // namespace exitscope::engine
