// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/analyse/exit_flow.h"

namespace exitscope::analyse {

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
