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
        csv += std::to_string(point.run->test.source_index[sample.at()]) + ',';
        if (label >= 0)
            csv += std::to_string(label);
        csv += ',' + std::to_string(point.prediction(sample)) + ',';
        if (label >= 0)
            csv += label == static_cast<std::int32_t>(point.prediction(sample)) ? '1' : '0';
        csv += ',' + std::to_string(point.run->states[state.at()].exit.value) + ',' +
               point.run->states[state.at()].name() + ',';
        append(csv, point.costs.relative(state));
        csv += ',';
        if (sample.at() < point.predictedError.size())
            append(csv, double(point.predictedError[sample.at()]));
        csv += '\n';
    }
    return csv;
}

}  // namespace exitscope::app
