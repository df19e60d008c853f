// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/default_budget.h"

namespace exitscope::evaluate {
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

}  // namespace exitscope::evaluate
