// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/inspector/lattice.h"

#include <algorithm>
#include <span>

namespace exitscope::gui {
namespace {

std::optional<StateIndex> step(std::span<const StateIndex> next, const run::Run& run, Precision precision)
{
    const auto found = std::find_if(next.begin(), next.end(),
                                    [&](StateIndex state) { return run.states[state.at()].precision() == precision; });
    return found == next.end() ? std::nullopt : std::optional<StateIndex>(*found);
}

std::vector<StateIndex> wayTo(const run::Run& run, StateIndex state)
{
    std::vector<StateIndex> way{state};
    while (const auto parent = run.states[way.back().at()].parent)
        way.push_back(*parent);
    std::reverse(way.begin(), way.end());
    return way;
}

}  // namespace

std::vector<LatticeNode> lattice(const OperatingPoint& point, SampleIndex sample)
{
    const run::Run& run = *point.run;
    const StateIndex decided = point.state(sample);
    const std::vector<StateIndex> way = wayTo(run, decided);
    std::vector<std::optional<StateIndex>> onward(run.precisions.size(), decided);
    std::vector<LatticeNode> nodes;
    for (std::size_t stage = 0; stage < run.exit_count(); ++stage) {
        for (std::size_t p = 0; p < run.precisions.size(); ++p) {
            std::optional<StateIndex> state;
            if (stage < way.size()) {
                const auto next = stage == 0 ? run.roots() : std::span(run.states[way[stage - 1].at()].children);
                state = step(next, run, run.precisions[p]);
            } else if (onward[p]) {
                state = onward[p] = step(run.states[onward[p]->at()].children, run, run.precisions[p]);
            }
            if (!state)
                continue;
            const bool taken = stage < way.size() && *state == way[stage];
            nodes.push_back({*state, stage, p, taken, *state == decided, point.good(sample, *state)});
        }
    }
    return nodes;
}

}  // namespace exitscope::gui
