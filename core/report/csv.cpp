// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/csv.h"

#include <charconv>

namespace exitscope::report {
namespace {

/// Shortest text that reads back as the same number.
template <class Number>
std::string text(Number value)
{
    char buffer[64];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    return {buffer, end};
}

}  // namespace

std::string curves_csv(const std::vector<evaluate::Curve>& curves)
{
    std::string csv = "policy,knob,budget,relative_cost,accuracy,accuracy_low,accuracy_high\n";
    for (const evaluate::Curve& curve : curves) {
        for (const evaluate::CurvePoint& point : curve.points) {
            csv += curve.policy + "," + text(point.knob) + "," + text(point.budget) + "," + text(point.relative_cost);
            if (point.accuracy.samples > 0)
                csv += "," + text(point.accuracy.value) + "," + text(point.accuracy.low) + "," +
                       text(point.accuracy.high) + "\n";
            else
                csv += ",,,\n";
        }
    }
    return csv;
}

std::string decisions_csv(const evaluate::Analysis& analysis, const cost::Costs& costs,
                          const evaluate::Decisions& decisions)
{
    const run::Run& run = analysis.run();
    const std::vector<float> predicted_error = analysis.predicted_error(decisions.state);
    std::vector<std::string> paths;
    for (const run::State& state : run.states)
        paths.push_back(state.name());
    std::string csv = "sample,label,prediction,correct,exit,path,relative_cost,predicted_error\n";
    for (std::size_t i = 0; i < decisions.state.size(); ++i) {
        const StateIndex state = decisions.state[i];
        const bool labelled = run.test.labelled() && run.test.labels[i] >= 0;
        csv += text(run.test.source_index[i]) + "," + (labelled ? text(run.test.labels[i]) : "") + "," +
               text(run.test.prediction[state.at()][i]) + "," +
               (labelled ? (run.test.correct(state, SampleIndex(i)) ? "1" : "0") : "") + "," +
               text(run.states[state.at()].exit.value) + "," + paths[state.at()] + "," + text(costs.relative(state)) +
               "," + text(predicted_error[i]) + "\n";
    }
    return csv;
}

}  // namespace exitscope::report
