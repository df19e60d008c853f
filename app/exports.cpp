// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/exports.h"

#include <charconv>

namespace exitscope::app {
namespace {

/// Shortest text that reads back as the same number, with a point in every locale.
void append(std::string& line, double value)
{
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    line.append(buffer, end);
}

}  // namespace

std::string samplesCsv(const gui::OperatingPoint& point, const std::vector<SampleIndex>& order)
{
    std::string csv = "sample,label,prediction,correct,exit,path,relative_cost,predicted_error\n";
    for (const SampleIndex sample : order) {
        const StateIndex state = point.state(sample);
        const std::int32_t label = point.label(sample);
        csv += std::to_string(sample.value) + ',';
        if (label >= 0)
            csv += std::to_string(label);
        csv += ',' + std::to_string(point.prediction(sample)) + ',';
        if (label >= 0)
            csv += label == static_cast<std::int32_t>(point.prediction(sample)) ? '1' : '0';
        csv += ',' + std::to_string(point.run->states[state.at()].exit.value + 1) + ',' +
               point.run->states[state.at()].name() + ',';
        append(csv, point.costs.relative(state));
        csv += ',';
        if (sample.at() < point.predictedError.size())
            append(csv, double(point.predictedError[sample.at()]));
        csv += '\n';
    }
    return csv;
}

std::string curvesCsv(const std::vector<evaluate::PolicyResult>& results)
{
    std::string csv = "policy,knob,budget,relative_cost,accuracy,accuracy_low,accuracy_high,samples\n";
    for (const evaluate::PolicyResult& result : results) {
        for (const evaluate::CurvePoint& point : result.curve.points) {
            csv += result.curve.policy;
            for (const double value : {point.knob, point.budget, point.relative_cost, point.accuracy.value,
                                       point.accuracy.low, point.accuracy.high}) {
                csv += ',';
                append(csv, value);
            }
            csv += ',' + std::to_string(point.accuracy.samples) + '\n';
        }
    }
    return csv;
}

}  // namespace exitscope::app
