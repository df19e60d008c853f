// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/exit_shares.h"

#include <algorithm>

namespace exitscope::report
{

ExitShares exit_shares(const run::Run& run, const evaluate::Decisions& decisions)
{
    ExitShares shares;
    shares.labelled = run.test.labelled();
    shares.samples = decisions.state.size();
    for (const Precision precision : run.precisions)
        shares.precisions.push_back(precision.name());
    for (std::size_t exit = 0; exit < run.exit_count(); ++exit) {
        ExitShare share;
        share.name = "Exit " + std::to_string(exit + 1);
        share.by_precision.assign(run.precisions.size(), 0.0);
        shares.exits.push_back(std::move(share));
    }
    std::vector<std::size_t> level(run.states.size());
    for (std::size_t s = 0; s < run.states.size(); ++s)
        level[s] = static_cast<std::size_t>(
            std::find(run.precisions.begin(), run.precisions.end(), run.states[s].precision()) -
            run.precisions.begin());
    const double one = shares.samples ? 1.0 / double(shares.samples) : 0.0;
    for (std::size_t i = 0; i < decisions.state.size(); ++i) {
        const StateIndex state = decisions.state[i];
        ExitShare& share = shares.exits[run.states[state.at()].exit.at()];
        ++share.samples;
        share.by_precision[level[state.at()]] += one;
        if (shares.labelled && run.test.labels[i] >= 0)
            (run.test.correct(state, SampleIndex(i)) ? share.right : share.wrong) += one;
    }
    for (ExitShare& share : shares.exits)
        share.share = double(share.samples) * one;
    return shares;
}

}  // namespace exitscope::report
