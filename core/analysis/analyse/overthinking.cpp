// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/analyse/overthinking.h"

#include <algorithm>
#include <limits>

namespace exitscope::analyse {
namespace {

/// States further on at the precision of `state`, nearest first.
std::vector<StateIndex> onward(const run::Run& run, StateIndex state)
{
    std::vector<StateIndex> states;
    const Precision precision = run.states[state.at()].precision();
    const auto next = [&](StateIndex from) -> std::optional<StateIndex> {
        for (const StateIndex child : run.states[from.at()].children)
            if (run.states[child.at()].precision() == precision)
                return child;
        return std::nullopt;
    };
    for (auto at = next(state); at; at = next(*at))
        states.push_back(*at);
    return states;
}

}  // namespace

Overthinking overthinking(const run::Run& run, std::span<const StateIndex> states, std::span<const SampleIndex> samples)
{
    std::vector<std::vector<StateIndex>> before(run.states.size());
    std::vector<std::vector<StateIndex>> after(run.states.size());
    for (std::size_t s = 0; s < run.states.size(); ++s) {
        before[s] = policy::way_to(run.states, StateIndex(s));
        before[s].pop_back();
        after[s] = onward(run, StateIndex(s));
    }
    const std::vector<std::uint16_t>& full = run.full_prediction(run.test);
    std::size_t labelled = 0;
    std::size_t wasteful = 0;
    std::size_t destructive = 0;
    std::size_t left_too_early = 0;
    std::size_t inconsistent = 0;
    for (const SampleIndex sample : samples) {
        const std::size_t i = sample.at();
        const StateIndex at = states[i];
        inconsistent += run.test.prediction[at.at()][i] != full[i];
        if (!run.test.labelled() || run.test.labels[i] < 0)
            continue;
        ++labelled;
        const auto right = [&](StateIndex s) { return run.test.correct(s, sample); };
        const bool was_right = std::any_of(before[at.at()].begin(), before[at.at()].end(), right);
        if (right(at))
            wasteful += was_right;
        else
            destructive += was_right;
        left_too_early += !right(at) && std::any_of(after[at.at()].begin(), after[at.at()].end(), right);
    }
    return {proportion(wasteful, labelled), proportion(destructive, labelled), proportion(left_too_early, labelled),
            proportion(inconsistent, samples.size())};
}

Expected<Regret> regret(const run::Run& run, const cost::Costs& costs, std::span<const StateIndex> states,
                        double lambda)
{
    Regret regret{lambda, 0, 0};
    std::size_t labelled = 0;
    for (std::size_t i = 0; i < run.test.labels.size(); ++i) {
        if (run.test.labels[i] < 0)
            continue;
        ++labelled;
        const auto objective = [&](StateIndex s) {
            return (run.test.correct(s, SampleIndex(i)) ? 0.0 : 1.0) + lambda * costs.relative(s);
        };
        double least = std::numeric_limits<double>::infinity();
        for (std::size_t s = 0; s < run.states.size(); ++s)
            least = std::min(least, objective(StateIndex(s)));
        regret.paid += objective(states[i]);
        regret.oracle += least;
    }
    if (labelled == 0)
        return bad_input("test split", "regret needs labels, and the test split has none");
    regret.paid /= double(labelled);
    regret.oracle /= double(labelled);
    return regret;
}

}  // namespace exitscope::analyse
