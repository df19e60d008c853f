// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/cut_points.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace exitscope::model {

std::vector<CutPoint> cut_points(const Graph& graph)
{
    // last_use[v]: position of the last node that reads v (0 for none); exits are side branches, needed by nothing
    const std::size_t nodes = graph.nodes.size();
    if (nodes == 0)
        return {};
    std::vector<std::size_t> last_use(graph.values.size(), 0);
    for (std::size_t n = 0; n < nodes; ++n)
        for (const std::optional<ValueIndex>& input : graph.nodes[n].inputs)
            if (input)
                last_use[input->at()] = n;
    std::vector<std::size_t> dying(nodes, 0);  // values whose last use is this node
    std::size_t alive = 0;
    for (const ValueIndex input : graph.inputs) {
        ++alive;
        ++dying[last_use[input.at()]];
    }

    const bool batched = !graph.inputs.empty() && !graph.value(graph.inputs[0]).shape.empty();
    const std::int64_t batch = batched ? std::max<std::int64_t>(graph.value(graph.inputs[0]).shape[0], 1) : 1;
    std::vector<CutPoint> points;
    std::int64_t cumulative = 0;
    for (std::size_t n = 0; n + 1 < nodes; ++n) {
        const Node& node = graph.nodes[n];
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
        if (!points.empty() && points.back().cumulative_macs == cumulative)
            points.pop_back();
        points.push_back({node.outputs[0], value.name, cumulative, value.shape});
    }
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
