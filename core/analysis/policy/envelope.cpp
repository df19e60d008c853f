// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/envelope.h"

#include <algorithm>
#include <numeric>

namespace exitscope::policy {

std::vector<std::size_t> concave_envelope(std::span<const Point> points)
{
    std::vector<std::size_t> order(points.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [points](std::size_t a, std::size_t b) {
        if (points[a].fit_cost != points[b].fit_cost)
            return points[a].fit_cost < points[b].fit_cost;
        if (points[a].fit_accuracy != points[b].fit_accuracy)
            return points[a].fit_accuracy > points[b].fit_accuracy;
        return a < b;
    });
    std::vector<std::size_t> envelope;
    for (const std::size_t next : order) {
        const Point& p = points[next];
        if (!envelope.empty() && p.fit_accuracy <= points[envelope.back()].fit_accuracy)
            continue;
        while (envelope.size() >= 2) {
            const Point& a = points[envelope[envelope.size() - 2]];
            const Point& b = points[envelope.back()];
            const double turn = (b.fit_accuracy - a.fit_accuracy) * (p.fit_cost - a.fit_cost) -
                                (p.fit_accuracy - a.fit_accuracy) * (b.fit_cost - a.fit_cost);
            if (turn > 0)
                break;
            envelope.pop_back();
        }
        envelope.push_back(next);
    }
    return envelope;
}

std::vector<std::size_t> pareto_front(std::span<const Point> points, std::span<const double> gain)
{
    std::vector<std::size_t> order(points.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return points[a].fit_cost != points[b].fit_cost ? points[a].fit_cost < points[b].fit_cost : gain[a] > gain[b];
    });
    std::vector<std::size_t> kept;
    for (const std::size_t index : order)
        if (kept.empty() || gain[index] > gain[kept.back()])
            kept.push_back(index);
    return kept;
}

Mix at_budget(std::span<const Point> points, double budget, bool mixes)
{
    const auto above =
        std::upper_bound(points.begin(), points.end(), budget, [](double b, const Point& p) { return b < p.fit_cost; });
    if (above == points.begin())
        return {0, 0.0};
    const auto lower = static_cast<std::size_t>(above - points.begin()) - 1;
    if (!mixes || above == points.end())
        return {lower, 0.0};
    const double gap = above->fit_cost - points[lower].fit_cost;
    return {lower, gap > 0 ? (budget - points[lower].fit_cost) / gap : 0.0};
}

}  // namespace exitscope::policy
