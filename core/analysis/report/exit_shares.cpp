// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/report/exit_shares.h"

#include <utility>

#include "core/analysis/analyse/exit_flow.h"

namespace exitscope::report {

ExitShares exit_shares(const run::Run& run, const analyse::Decisions& decisions)
{
    ExitShares shares;
    shares.labelled = run.test.labelled();
    shares.samples = decisions.state.size();
    for (const Precision precision : run.precisions)
        shares.precisions.push_back(precision.name());
    const double one = shares.samples ? 1.0 / double(shares.samples) : 0.0;
    const std::vector<analyse::ExitFlow> flows = analyse::exit_flow(run, decisions.state);
    for (std::size_t exit = 0; exit < run.exit_count(); ++exit) {
        ExitShare share;
        share.name = "Exit " + std::to_string(exit + 1);
        for (std::size_t p = 0; p < run.precisions.size(); ++p) {
            const analyse::ExitFlow& flow = flows[exit * run.precisions.size() + p];
            const std::size_t count = std::size_t(flow.right) + flow.wrong + flow.unlabelled;
            share.samples += count;
            share.by_precision.push_back(double(count) * one);
            share.right += double(flow.right) * one;
            share.wrong += double(flow.wrong) * one;
        }
        share.share = double(share.samples) * one;
        shares.exits.push_back(std::move(share));
    }
    return shares;
}

}  // namespace exitscope::report
