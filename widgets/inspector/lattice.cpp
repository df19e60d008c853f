// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/inspector/lattice.h"

#include <algorithm>
#include <map>
#include <span>
#include <utility>

#include "core/analysis/policy/derived_run.h"

namespace exitscope::gui {
namespace {

std::optional<StateIndex> step(std::span<const StateIndex> next, const run::Run& run, Precision precision)
{
    const auto found = std::find_if(next.begin(), next.end(),
                                    [&](StateIndex state) { return run.states[state.at()].precision() == precision; });
    return found == next.end() ? std::nullopt : std::optional<StateIndex>(*found);
}

/// Collects nodes by stage and precision; a state on the way wins over one that is not.
class Nodes {
public:
    Nodes(const OperatingPoint& point, SampleIndex sample)
        : point_(point), run_(*point.run), sample_(sample), decided_(point.state(sample))
    {
    }
    void put(StateIndex state, bool taken)
    {
        const run::State& s = run_.states[state.at()];
        const auto level = std::lower_bound(run_.precisions.begin(), run_.precisions.end(), s.precision());
        const auto precision = static_cast<std::size_t>(level - run_.precisions.begin());
        LatticeNode node{state, s.exit.at(), precision, taken, state == decided_, point_.good(sample_, state)};
        const auto [found, added] = nodes_.try_emplace({node.stage, precision}, node);
        if (!added && taken)
            found->second = node;
    }
    [[nodiscard]] std::vector<LatticeNode> list() const
    {
        std::vector<LatticeNode> all;
        for (const auto& [place, node] : nodes_)
            all.push_back(node);
        return all;
    }

private:
    const OperatingPoint& point_;
    const run::Run& run_;
    SampleIndex sample_;
    StateIndex decided_;
    std::map<std::pair<std::size_t, std::size_t>, LatticeNode> nodes_;
};

}  // namespace

std::vector<LatticeNode> lattice(const OperatingPoint& point, SampleIndex sample)
{
    const run::Run& run = *point.run;
    Nodes nodes(point, sample);
    std::span<const StateIndex> next = run.roots();
    for (const StateIndex visited : policy::way_to(run.states, point.state(sample))) {
        for (const StateIndex state : next)
            nodes.put(state, state == visited);
        next = run.states[visited.at()].children;
    }
    for (const Precision precision : run.precisions)
        for (auto state = step(next, run, precision); state;
             state = step(run.states[state->at()].children, run, precision))
            nodes.put(*state, false);
    return nodes.list();
}

}  // namespace exitscope::gui
