// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/report/comparison.h"

#include <algorithm>
#include <vector>

namespace exitscope::report {
namespace {

struct Knot {
    double cost;
    double accuracy;
};

/// Scored points in order of cost; of equal costs the best.
std::vector<Knot> knots(const analyse::Curve& curve)
{
    std::vector<Knot> sorted;
    for (const analyse::CurvePoint& point : curve.points)
        if (point.accuracy.samples > 0)
            sorted.push_back({point.relative_cost, point.accuracy.value});
    std::sort(sorted.begin(), sorted.end(), [](const Knot& a, const Knot& b) {
        return a.cost != b.cost ? a.cost < b.cost : a.accuracy > b.accuracy;
    });
    sorted.erase(
        std::unique(sorted.begin(), sorted.end(), [](const Knot& a, const Knot& b) { return a.cost == b.cost; }),
        sorted.end());
    return sorted;
}

}  // namespace

std::optional<double> accuracy_at(const analyse::Curve& curve, double relative_cost)
{
    const std::vector<Knot> points = knots(curve);
    if (points.empty() || relative_cost < points.front().cost)
        return std::nullopt;
    for (std::size_t i = 1; i < points.size(); ++i) {
        if (points[i].cost < relative_cost)
            continue;
        const Knot& a = points[i - 1];
        const Knot& b = points[i];
        return a.accuracy + (b.accuracy - a.accuracy) * (relative_cost - a.cost) / (b.cost - a.cost);
    }
    return points.back().accuracy;
}

std::optional<double> cost_at(const analyse::Curve& curve, double accuracy)
{
    const std::vector<Knot> points = knots(curve);
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (points[i].accuracy < accuracy)
            continue;
        if (i == 0)
            return points[i].cost;
        const Knot& a = points[i - 1];
        const Knot& b = points[i];
        return a.cost + (b.cost - a.cost) * (accuracy - a.accuracy) / (b.accuracy - a.accuracy);
    }
    return std::nullopt;
}

}  // namespace exitscope::report
