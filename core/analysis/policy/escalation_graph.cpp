// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/escalation_graph.h"

#include <algorithm>
#include <map>
#include <utility>

namespace exitscope::policy {
namespace {

constexpr std::size_t most_heads_with_all_choices = 4;

/// States of the measured run's pass at one precision, [exits].
std::vector<StateIndex> uniform_pass(const run::Run& measured, Precision precision)
{
    std::vector<StateIndex> pass;
    std::span<const StateIndex> next = measured.roots();
    while (!next.empty()) {
        const auto found = std::find_if(next.begin(), next.end(), [&](StateIndex state) {
            return measured.states[state.at()].precision() == precision;
        });
        if (found == next.end())
            break;
        pass.push_back(*found);
        next = measured.states[found->at()].children;
    }
    return pass;
}

/// Adds passes to a graph; a state that was added before is found again.
class Builder {
public:
    Builder(const run::Run& measured, StateGraph graph) : measured_(measured), graph_(std::move(graph)) {}

    /// The state that asks head `exit` at `precision` after `parent`.
    StateIndex add(ExitIndex exit, Precision precision, std::optional<StateIndex> parent,
                   const std::vector<Precision>& first_pass)
    {
        const Key key{exit, precision, parent, first_pass.empty()};
        const auto [found, added] = known_.try_emplace(key, StateIndex(graph_.states.size()));
        if (added) {
            run::State state{exit, std::vector<Precision>(exit.at() + 1, precision), parent, {}, first_pass};
            graph_.states.push_back(std::move(state));
            graph_.heads.push_back(pass_at(precision)[exit.at()]);
        }
        return found->second;
    }
    /// A second pass after the end of the first; asks the last of `early` (if any) and the final head.
    void escalate(StateIndex end, std::span<const ExitIndex> early)
    {
        const std::vector<Precision> first_pass = graph_.states[end.at()].path;
        for (const Precision precision : measured_.precisions) {
            if (!(precision > first_pass.front()))
                continue;
            const StateIndex parent = early.empty() ? end : add(early.back(), precision, end, first_pass);
            add(last_exit(), precision, parent, first_pass);
        }
    }
    [[nodiscard]] ExitIndex last_exit() const { return ExitIndex(measured_.exit_count() - 1); }
    [[nodiscard]] StateGraph take() { return std::move(graph_); }

private:
    struct Key {
        ExitIndex exit;
        Precision precision;
        std::optional<StateIndex> parent;
        bool is_first_pass;
        friend bool operator<(const Key& a, const Key& b)
        {
            return std::tie(a.exit, a.precision, a.parent, a.is_first_pass) <
                   std::tie(b.exit, b.precision, b.parent, b.is_first_pass);
        }
    };

    const std::vector<StateIndex>& pass_at(Precision precision)
    {
        std::vector<StateIndex>& pass = passes_[precision];
        if (pass.empty())
            pass = uniform_pass(measured_, precision);
        return pass;
    }

    const run::Run& measured_;
    StateGraph graph_;
    std::map<Key, StateIndex> known_;
    std::map<Precision, std::vector<StateIndex>> passes_;
};

/// Choices of early heads, each ascending.
std::vector<std::vector<ExitIndex>> head_choices(std::size_t early_heads)
{
    std::vector<std::vector<ExitIndex>> choices;
    if (early_heads <= most_heads_with_all_choices) {
        for (std::size_t mask = 0; mask < (std::size_t{1} << early_heads); ++mask) {
            std::vector<ExitIndex>& choice = choices.emplace_back();
            for (std::size_t e = 0; e < early_heads; ++e)
                if ((mask >> e & 1) != 0)
                    choice.emplace_back(e);
        }
        return choices;
    }
    choices.emplace_back();
    for (std::size_t a = 0; a < early_heads; ++a) {
        choices.push_back({ExitIndex(a)});
        for (std::size_t b = a + 1; b < early_heads; ++b)
            choices.push_back({ExitIndex(a), ExitIndex(b)});
    }
    std::vector<ExitIndex>& all = choices.emplace_back();
    for (std::size_t e = 0; e < early_heads; ++e)
        all.emplace_back(e);
    return choices;
}

}  // namespace

StateGraph tree_with_escalation(const run::Run& measured)
{
    Builder builder(measured, tree_of(measured));
    const std::size_t exits = measured.exit_count();
    std::vector<ExitIndex> early;
    if (exits > 1)
        early.emplace_back(exits - 2);
    for (const Precision precision : measured.precisions)
        if (const std::vector<StateIndex> pass = uniform_pass(measured, precision); pass.size() == exits)
            builder.escalate(pass.back(), early);
    return builder.take();
}

StateGraph escalation_candidates(const run::Run& measured)
{
    Builder builder(measured, {});
    const std::vector<std::vector<ExitIndex>> choices = head_choices(measured.exit_count() - 1);
    for (const Precision precision : measured.precisions) {
        for (const std::vector<ExitIndex>& choice : choices) {
            std::optional<StateIndex> at;
            for (const ExitIndex exit : choice)
                at = builder.add(exit, precision, at, {});
            const StateIndex end = builder.add(builder.last_exit(), precision, at, {});
            builder.escalate(end, choice);
        }
    }
    return builder.take();
}

StateGraph pruned(const StateGraph& graph, std::span<const StateIndex> kept)
{
    std::vector<char> needed(graph.states.size(), 0);
    for (const StateIndex state : kept)
        for (const StateIndex before : way_to(graph.states, state))
            needed[before.at()] = 1;
    StateGraph smaller;
    std::vector<StateIndex> moved(graph.states.size());
    for (std::size_t s = 0; s < graph.states.size(); ++s) {
        if (needed[s] == 0)
            continue;
        moved[s] = StateIndex(smaller.states.size());
        run::State state = graph.states[s];
        if (state.parent)
            state.parent = moved[state.parent->at()];
        smaller.states.push_back(std::move(state));
        smaller.heads.push_back(graph.heads[s]);
    }
    return smaller;
}

}  // namespace exitscope::policy
