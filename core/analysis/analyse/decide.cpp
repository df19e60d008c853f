// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/analyse/decide.h"

#include "core/analysis/analyse/tally.h"
#include "core/analysis/policy/envelope.h"

namespace exitscope::analyse {

Decisions decide(const PolicyResult& policy, double budget)
{
    Decisions decisions;
    decide_into(policy, budget, decisions);
    return decisions;
}

void decide_into(const PolicyResult& policy, double budget, Decisions& decisions)
{
    const std::span<const policy::Point> points = policy.fitted->points();
    const policy::Mix mix = policy::at_budget(points, budget, policy.fitted->mixes());
    decisions.policy.assign(policy.info->name);
    decisions.budget = budget;
    decisions.knob = points[mix.lower].knob;
    summarise(policy, decide_all(policy, mix, decisions.state), decisions.outcome);
}

Outcome outcome_of(const PolicyResult& policy, std::span<const StateIndex> states, std::span<const SampleIndex> samples)
{
    const run::Run& run = policy.analysis->run();
    const std::vector<std::uint16_t>& full = run.full_prediction(run.test);
    Tally tally;
    tally.state.assign(run.states.size(), 0);
    for (const SampleIndex sample : samples)
        tally.add(run, full, sample, states[sample.at()]);
    Outcome outcome;
    summarise(policy, tally, outcome);
    return outcome;
}

}  // namespace exitscope::analyse
