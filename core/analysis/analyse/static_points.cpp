// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/analyse/static_points.h"

namespace exitscope::analyse {

Proportion state_accuracy(const run::Run& run, StateIndex state)
{
    std::size_t hits = 0;
    std::size_t labelled = 0;
    for (std::size_t i = 0; i < run.test.labels.size(); ++i) {
        labelled += run.test.labels[i] >= 0;
        hits += run.test.correct(state, SampleIndex(i));
    }
    return proportion(hits, labelled);
}

Proportion full_accuracy(const run::Run& run)
{
    const std::vector<std::uint16_t>& full = run.full_prediction(run.test);
    std::size_t hits = 0;
    std::size_t labelled = 0;
    for (std::size_t i = 0; i < run.test.labels.size(); ++i) {
        labelled += run.test.labels[i] >= 0;
        hits += run.test.labels[i] == static_cast<std::int32_t>(full[i]);
    }
    return proportion(hits, labelled);
}

std::vector<StaticPoint> static_points(const run::Run& run, const cost::Costs& costs)
{
    std::vector<StaticPoint> points;
    for (std::size_t s = 0; s < run.states.size(); ++s)
        points.push_back({StateIndex(s), costs.relative(StateIndex(s)), state_accuracy(run, StateIndex(s))});
    return points;
}

}  // namespace exitscope::analyse
