// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/default_budget.h"

namespace exitscope::evaluate {
namespace {

double fit_accuracy(const run::Run& run, StateIndex state)
{
    std::size_t right = 0;
    std::size_t labelled = 0;
    for (std::size_t i = 0; i < run.fit.labels.size(); ++i) {
        if (run.fit.labels[i] < 0)
            continue;
        ++labelled;
        right += run.fit.correct(state, SampleIndex(i)) ? 1 : 0;
    }
    return labelled ? double(right) / double(labelled) : 0;
}

}  // namespace

double default_budget(const run::Run& run, const PolicyResult& policy, double drop)
{
    const double wanted = fit_accuracy(run, run.full()) - drop;
    double budget = 1;
    for (const policy::Point& point : policy.fitted->points()) {
        budget = point.fit_cost;
        if (point.fit_accuracy >= wanted)
            break;
    }
    return budget;
}

}  // namespace exitscope::evaluate
