// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/report/csv.h"

#include "core/base/number_text.h"

namespace exitscope::report {
namespace {

template <class Number>
std::string text(Number value)
{
    if constexpr (std::is_floating_point_v<Number>)
        return shortest_text(value);
    else
        return std::to_string(value);
}

}  // namespace

std::string curves_csv(const std::vector<analyse::Curve>& curves)
{
    std::string csv = "policy,knob,budget,relative_cost,accuracy,accuracy_low,accuracy_high\n";
    for (const analyse::Curve& curve : curves) {
        for (const analyse::CurvePoint& point : curve.points) {
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

std::string decisions_csv(const query::Rows& rows, std::span<const SampleIndex> samples)
{
    const run::Split& test = rows.run.test;
    std::vector<std::string> paths;
    for (const run::State& state : rows.run.states)
        paths.push_back(state.name());
    std::string csv = "sample,label,prediction,correct,exit,path,relative_cost,predicted_error\n";
    for (const SampleIndex sample : samples) {
        const std::size_t i = sample.at();
        const StateIndex state = rows.state[i];
        const bool labelled = test.labelled() && test.labels[i] >= 0;
        csv += text(test.source_index[i]) + "," + (labelled ? text(test.labels[i]) : "") + "," +
               text(test.prediction[state.at()][i]) + "," +
               (labelled ? (test.correct(state, sample) ? "1" : "0") : "") + "," +
               text(rows.run.states[state.at()].exit.value) + "," + paths[state.at()] + "," +
               text(rows.costs.relative(state)) + "," +
               (rows.predicted_error.empty() ? std::string() : text(rows.predicted_error[i])) + "\n";
    }
    return csv;
}

}  // namespace exitscope::report
