// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/analyse/stage_flow.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace exitscope::analyse {
namespace {

struct Counts {
    std::size_t all = 0;
    std::size_t right = 0;
    std::size_t wrong = 0;
};

std::vector<Counts> counts_by_state(const run::Run& run, std::span<const StateIndex> states)
{
    std::vector<Counts> counts(run.states.size());
    const run::Split& test = run.test;
    const std::vector<std::uint16_t>& full = run.full_prediction(test);
    for (std::size_t i = 0; i < states.size(); ++i) {
        const StateIndex state = states[i];
        Counts& count = counts[state.at()];
        ++count.all;
        const bool known = !test.labelled() || test.labels[i] >= 0;
        const bool right =
            test.labelled() ? test.correct(state, SampleIndex(i)) : test.prediction[state.at()][i] == full[i];
        count.right += known && right;
        count.wrong += known && !right;
    }
    return counts;
}

/// The stages that were run to reach a state, in their order.
std::vector<FlowNode> stages_run(const run::Run& run, const run::State& state)
{
    std::vector<FlowNode> nodes;
    const auto append = [&](std::uint32_t pass, const std::vector<Precision>& path) {
        for (std::size_t stage = 0; stage < path.size(); ++stage) {
            const auto at = std::find(run.precisions.begin(), run.precisions.end(), path[stage]);
            nodes.push_back({pass, StageIndex(stage), static_cast<std::uint32_t>(at - run.precisions.begin())});
        }
    };
    if (!state.first_pass.empty())
        append(0, state.first_pass);
    append(state.first_pass.empty() ? 0 : 1, state.path);
    return nodes;
}

auto key(const FlowLink& link)
{
    const auto place = [](const FlowNode& node) { return std::tuple(node.pass, node.stage.value); };
    return std::tuple(place(link.from), link.kind, link.from.precision, place(link.to), link.to.precision);
}

}  // namespace

StageFlow stage_flow(const run::Run& run, std::span<const StateIndex> states)
{
    StageFlow flow;
    flow.samples = states.size();
    const std::vector<Counts> counts = counts_by_state(run, states);
    std::map<decltype(key(FlowLink{})), FlowLink> links;
    for (std::size_t s = 0; s < counts.size(); ++s) {
        if (counts[s].all == 0)
            continue;
        const std::vector<FlowNode> nodes = stages_run(run, run.states[s]);
        const auto add = [&](FlowLink::Kind kind, const FlowNode& from, const FlowNode& to) {
            FlowLink link;
            link.kind = kind;
            link.from = from;
            link.to = to;
            FlowLink& kept = links.try_emplace(key(link), link).first->second;
            kept.count += counts[s].all;
            kept.right += counts[s].right;
            kept.wrong += counts[s].wrong;
            kept.states.emplace_back(s);
        };
        add(FlowLink::Kind::enter, nodes.front(), nodes.front());
        for (std::size_t i = 1; i < nodes.size(); ++i)
            add(nodes[i].pass == nodes[i - 1].pass ? FlowLink::Kind::step : FlowLink::Kind::escalate, nodes[i - 1],
                nodes[i]);
        add(FlowLink::Kind::leave, nodes.back(), nodes.back());
    }
    flow.links.reserve(links.size());
    for (auto& [order, link] : links)
        flow.links.push_back(std::move(link));
    return flow;
}

}  // namespace exitscope::analyse
