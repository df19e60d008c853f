// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/analyse/default_budget.h"

#include <algorithm>
#include <span>

namespace exitscope::analyse {
namespace {

double full_fit_accuracy(const run::Run& run)
{
    const std::vector<std::uint16_t>& full = run.full_prediction(run.fit);
    std::size_t right = 0;
    std::size_t labelled = 0;
    for (std::size_t i = 0; i < run.fit.labels.size(); ++i) {
        labelled += run.fit.labels[i] >= 0;
        right += run.fit.labels[i] == static_cast<std::int32_t>(full[i]);
    }
    return labelled > 0 ? double(right) / double(labelled) : 0;
}

}  // namespace

double default_budget(const PolicyResult& policy, double drop)
{
    const double wanted = full_fit_accuracy(policy.analysis->run()) - drop;
    double budget = 1;
    for (const policy::Point& point : policy.fitted->points()) {
        budget = point.fit_cost;
        if (point.fit_accuracy >= wanted)
            break;
    }
    return budget;
}

double knee_budget(const PolicyResult& policy)
{
    const std::span<const policy::Point> points = policy.fitted->points();
    const auto less_accurate = [](const policy::Point& a, const policy::Point& b) {
        return a.fit_accuracy < b.fit_accuracy;
    };
    const policy::Point& first = points.front();
    const policy::Point& best = *std::max_element(points.begin(), points.end(), less_accurate);
    const double cost = best.fit_cost - first.fit_cost;
    const double gain = best.fit_accuracy - first.fit_accuracy;
    double knee = first.fit_cost;
    double highest = 0;
    for (const policy::Point& point : points) {
        if (cost <= 0 || gain <= 0 || point.fit_cost > best.fit_cost)
            break;
        const double height =
            (point.fit_accuracy - first.fit_accuracy) / gain - (point.fit_cost - first.fit_cost) / cost;
        if (height > highest) {
            highest = height;
            knee = point.fit_cost;
        }
    }
    return knee;
}

}  // namespace exitscope::analyse
