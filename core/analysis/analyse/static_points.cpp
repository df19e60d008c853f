// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/analyse/analysis.h"

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

std::vector<ExitFlow> exit_flow(const run::Run& run, std::span<const StateIndex> states)
{
    const std::size_t levels = run.precisions.size();
    std::vector<ExitFlow> flow;
    for (std::size_t e = 0; e < run.exit_count(); ++e)
        for (const Precision precision : run.precisions)
            flow.push_back({ExitIndex(e), precision, 0, 0, 0});
    std::vector<std::size_t> cell(run.states.size());
    for (std::size_t s = 0; s < cell.size(); ++s) {
        std::size_t level = 0;
        while (level + 1 < levels && run.precisions[level] != run.states[s].precision())
            ++level;
        cell[s] = run.states[s].exit.at() * levels + level;
    }
    for (std::size_t i = 0; i < states.size(); ++i) {
        ExitFlow& here = flow[cell[states[i].at()]];
        if (!run.test.labelled() || run.test.labels[i] < 0)
            ++here.unlabelled;
        else if (run.test.correct(states[i], SampleIndex(i)))
            ++here.right;
        else
            ++here.wrong;
    }
    return flow;
}

}  // namespace exitscope::analyse
