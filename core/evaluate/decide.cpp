// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/base/random.h"
#include "core/evaluate/analysis.h"

namespace exitscope::evaluate {
namespace {

struct Counts {
    std::size_t samples = 0;
    std::size_t hits = 0;
    std::size_t labelled = 0;
    std::size_t agreeing = 0;
};

/// Means and shares of an outcome from how many samples ended in each state.
void summarise(const run::Run& run, const cost::Costs& costs, std::span<const double> milliseconds,
               const Counts& counts, Outcome& outcome)
{
    outcome.accuracy = proportion(counts.hits, counts.labelled);
    outcome.cost = 0;
    outcome.milliseconds = 0;
    outcome.exit_share.assign(run.exit_count(), 0.0);
    outcome.precision_share.assign(run.precisions.size(), 0.0);
    const double samples = std::max<double>(1.0, static_cast<double>(counts.samples));
    for (std::size_t s = 0; s < run.states.size(); ++s) {
        const double share = outcome.state_count[s] / samples;
        outcome.cost += share * costs.state[s];
        if (!milliseconds.empty())
            outcome.milliseconds += share * milliseconds[s];
        outcome.exit_share[run.states[s].exit.at()] += share;
        const auto level = std::find(run.precisions.begin(), run.precisions.end(), run.states[s].precision());
        if (level != run.precisions.end())
            outcome.precision_share[static_cast<std::size_t>(level - run.precisions.begin())] += share;
    }
    outcome.relative_cost = outcome.cost / costs.reference;
    outcome.agreement = static_cast<double>(counts.agreeing) / samples;
}

}  // namespace

Decisions decide(const PolicyResult& policy, double budget)
{
    Decisions decisions;
    decide_into(policy, budget, decisions);
    return decisions;
}

void decide_into(const PolicyResult& policy, double budget, Decisions& decisions)
{
    const run::Run& run = policy.analysis->run();
    const std::span<const policy::Point> points = policy.fitted->points();
    const policy::Mix mix = policy::at_budget(points, budget, policy.fitted->mixes());
    decisions.policy.assign(policy.info->name);
    decisions.budget = budget;
    decisions.knob = points[mix.lower].knob;
    decisions.state.resize(run.test.samples);
    decisions.outcome.state_count.assign(run.states.size(), 0);

    const run::Split& test = run.test;
    const policy::Sweep& sweep = *policy.test;
    const std::vector<std::uint16_t>& full = run.full_prediction(test);
    const std::uint64_t seed = policy.analysis->seed();
    Counts counts{test.samples};
    for (std::size_t i = 0; i < test.samples; ++i) {
        const std::span<const policy::Sweep::Break> breaks = sweep.breaks(SampleIndex(i));
        StateIndex state = policy::Sweep::state_at(breaks, mix.lower);
        if (mix.upper_share > 0 && hash_uniform(seed, test.source_index[i]) < mix.upper_share)
            state = policy::Sweep::state_at(breaks, mix.lower + 1);
        decisions.state[i] = state;
        ++decisions.outcome.state_count[state.at()];
        const std::uint16_t prediction = test.prediction[state.at()][i];
        counts.agreeing += prediction == full[i];
        if (test.labelled()) {
            counts.labelled += test.labels[i] >= 0;
            counts.hits += test.labels[i] == static_cast<std::int32_t>(prediction);
        }
    }
    summarise(run, policy.costs, policy.analysis->milliseconds(), counts, decisions.outcome);
}

Outcome outcome_of(const PolicyResult& policy, std::span<const StateIndex> states, std::span<const SampleIndex> samples)
{
    const run::Run& run = policy.analysis->run();
    const run::Split& test = run.test;
    const std::vector<std::uint16_t>& full = run.full_prediction(test);
    Outcome outcome;
    outcome.state_count.assign(run.states.size(), 0);
    Counts counts{samples.size()};
    for (const SampleIndex sample : samples) {
        const StateIndex state = states[sample.at()];
        ++outcome.state_count[state.at()];
        counts.agreeing += test.prediction[state.at()][sample.at()] == full[sample.at()];
        if (test.labelled()) {
            counts.labelled += test.labels[sample.at()] >= 0;
            counts.hits += test.correct(state, sample);
        }
    }
    summarise(run, policy.costs, policy.analysis->milliseconds(), counts, outcome);
    return outcome;
}

}  // namespace exitscope::evaluate
