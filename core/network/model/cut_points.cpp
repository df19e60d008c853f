// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/cut_points.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace exitscope::model {

namespace {

/// By node: whether `value` depends on it.
std::vector<bool> ancestors(const Graph& graph, ValueIndex value)
{
    std::vector<bool> needed(graph.values.size(), false);
    std::vector<bool> found(graph.nodes.size(), false);
    needed[value.at()] = true;
    for (std::size_t n = graph.nodes.size(); n-- > 0;) {
        const Node& node = graph.nodes[n];
        found[n] = std::any_of(node.outputs.begin(), node.outputs.end(), [&](ValueIndex o) { return needed[o.at()]; });
        if (found[n])
            for (const std::optional<ValueIndex>& input : node.inputs)
                if (input)
                    needed[input->at()] = true;
    }
    return found;
}

/// The nodes that the most expensive output depends on, in topological order: the network without its earlier exits.
std::vector<NodeIndex> trunk(const Graph& graph)
{
    std::vector<NodeIndex> best;
    std::int64_t most = -1;
    for (const ValueIndex output : graph.outputs) {
        const std::vector<bool> found = ancestors(graph, output);
        std::vector<NodeIndex> nodes;
        std::int64_t cost = 0;
        for (std::size_t n = 0; n < found.size(); ++n)
            if (found[n]) {
                nodes.emplace_back(n);
                cost += macs(graph, graph.nodes[n]);
            }
        if (std::pair(cost, nodes.size()) > std::pair(most, best.size())) {
            most = cost;
            best = std::move(nodes);
        }
    }
    return best;
}

}  // namespace

std::vector<CutPoint> cut_points(const Graph& graph)
{
    const std::vector<NodeIndex> nodes = trunk(graph);
    if (nodes.empty() || graph.inputs.empty() || graph.value(graph.inputs[0]).shape.empty())
        return {};
    std::vector<std::size_t> last_use(graph.values.size(), 0);  // position in `nodes`; 0 for none
    for (std::size_t n = 0; n < nodes.size(); ++n)
        for (const std::optional<ValueIndex>& input : graph.node(nodes[n]).inputs)
            if (input)
                last_use[input->at()] = n;
    std::vector<std::size_t> dying(nodes.size(), 0);  // values whose last use is this node
    std::size_t alive = 0;
    for (const ValueIndex input : graph.inputs) {
        ++alive;
        ++dying[last_use[input.at()]];
    }

    const std::int64_t batch = std::max<std::int64_t>(graph.value(graph.inputs[0]).shape[0], 1);
    std::vector<CutPoint> points;
    std::int64_t cumulative = 0;
    for (std::size_t n = 0; n < nodes.size(); ++n) {
        const Node& node = graph.node(nodes[n]);
        cumulative += macs(graph, node) / batch;
        for (const ValueIndex output : node.outputs) {
            if (last_use[output.at()] <= n)
                continue;
            ++alive;
            ++dying[last_use[output.at()]];
        }
        alive -= dying[n];
        if (alive != 1 || node.outputs.size() != 1 || last_use[node.outputs[0].at()] <= n)
            continue;
        const Value& value = graph.value(node.outputs[0]);
        if (value.shape.size() < 2 || value.shape.size() > 4 || value.shape.front() != batch || cumulative == 0)
            continue;
        if (!points.empty() && points.back().cumulative_macs == cumulative) {
            if (points.back().shape.size() > value.shape.size())
                continue;
            points.pop_back();
        }
        points.push_back({node.outputs[0], value.name, cumulative, value.shape});
    }
    if (!points.empty() && points.back().cumulative_macs == cumulative)
        points.pop_back();
    return points;
}

std::vector<CutPoint> nearest_cut_points(const std::vector<CutPoint>& points, std::int64_t total_macs,
                                         std::vector<double> shares)
{
    std::sort(shares.begin(), shares.end());
    std::vector<bool> taken(points.size(), false);
    for (const double share : shares) {
        std::size_t best = points.size();
        double least = 0;
        for (std::size_t p = 0; p < points.size(); ++p) {
            const double distance =
                std::abs(double(points[p].cumulative_macs) / double(std::max<std::int64_t>(total_macs, 1)) - share);
            if (!taken[p] && (best == points.size() || distance < least)) {
                best = p;
                least = distance;
            }
        }
        if (best < points.size())
            taken[best] = true;
    }
    std::vector<CutPoint> chosen;
    for (std::size_t p = 0; p < points.size(); ++p)
        if (taken[p])
            chosen.push_back(points[p]);
    return chosen;
}

std::vector<CutPoint> spread_cut_points(const std::vector<CutPoint>& points, std::int64_t total_macs, std::size_t count)
{
    std::vector<double> shares;
    for (std::size_t i = 1; i <= count; ++i)
        shares.push_back(double(i) / double(count + 1));
    return nearest_cut_points(points, total_macs, std::move(shares));
}

}  // namespace exitscope::model
