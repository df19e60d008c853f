// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cstdio>

#include "core/analysis/analyse/analysis.h"

namespace exitscope::analyse {
namespace {

/// "3 %", "2.1 %", "0.04 %": two digits that matter, none that do not.
std::string percent(double share)
{
    const double value = 100.0 * share;
    char text[32];
    std::snprintf(text, sizeof text, value < 0.095 ? "%.2f %%" : value < 9.95 ? "%.1f %%" : "%.0f %%", value);
    const std::string full(text);
    const std::size_t zero = full.find(".0 ");
    return zero == std::string::npos ? full : full.substr(0, zero) + " %";
}

std::string times(double factor)
{
    char text[32];
    std::snprintf(text, sizeof text, factor < 9.95 ? "%.1fx" : "%.0fx", factor);
    return text;
}

std::string reason(const run::Run& run, const GateVisit& visit)
{
    const run::State& state = run.states[visit.state.at()];
    std::string text = visit.left_here ? "left at exit " : "went on from exit ";
    text += std::to_string(state.exit.value + 1) + " (" + state.precision().name() + "): predicted error " +
            percent(static_cast<double>(visit.predicted_error_here)) + " here";
    if (visit.best_terminal == visit.state)
        return text + ", and no stage is left";
    return text + ", " + percent(static_cast<double>(visit.best_predicted_error)) + " at best for " +
           times(visit.best_relative_cost / visit.relative_cost) + " the cost";
}

}  // namespace

std::vector<GateVisit> explain(const Analysis& analysis, const cost::Costs& costs, SampleIndex sample,
                               StateIndex decided)
{
    const run::Run& run = analysis.run();
    std::vector<GateVisit> visits;
    for (const StateIndex state : policy::way_to(run.states, decided)) {
        GateVisit visit;
        visit.state = state;
        visit.prediction = run.test.prediction[state.at()][sample.at()];
        visit.statistics = run.test.statistics[state.at()][sample.at()];
        visit.relative_cost = costs.relative(state);
        visit.left_here = state == decided;

        const std::span<const StateIndex> terminals = analysis.predictors().terminals(state);
        std::vector<float> predicted(terminals.size());
        analysis.predictors().predict(state, run::evidence(run.states, run.test, state, sample), predicted);
        visit.predicted_error_here = predicted.front();
        std::size_t best = terminals.size() > 1 ? 1 : 0;
        for (std::size_t t = 2; t < terminals.size(); ++t)
            if (predicted[t] < predicted[best])
                best = t;
        visit.best_terminal = terminals[best];
        visit.best_predicted_error = predicted[best];
        visit.best_relative_cost = costs.relative(terminals[best]);
        visit.reason = reason(run, visit);
        visits.push_back(std::move(visit));
    }
    return visits;
}

}  // namespace exitscope::analyse
