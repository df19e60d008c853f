// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/analyse/tally.h"

#include <algorithm>

#include "core/base/parallel.h"
#include "core/base/random.h"

namespace exitscope::analyse {
namespace {

constexpr std::size_t block = 1U << 16;  ///< samples that one thread decides at a time

}  // namespace

void summarise(const PolicyResult& policy, const Tally& tally, Outcome& outcome)
{
    const run::Run& run = policy.analysis->run();
    const cost::Costs& costs = policy.costs;
    const std::span<const double> milliseconds = policy.analysis->milliseconds();
    outcome.state_count = tally.state;
    outcome.accuracy = proportion(tally.hits, tally.labelled);
    outcome.cost = 0;
    outcome.milliseconds = 0;
    outcome.exit_share.assign(run.exit_count(), 0.0);
    outcome.precision_share.assign(run.precisions.size(), 0.0);
    const double samples = std::max<double>(1.0, static_cast<double>(tally.samples));
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
    outcome.agreement = static_cast<double>(tally.agreeing) / samples;
}

void decide_range(const PolicyResult& policy, policy::Mix mix, std::size_t begin, std::size_t end,
                  std::vector<StateIndex>& states, Tally& tally)
{
    const run::Run& run = policy.analysis->run();
    const policy::Sweep& sweep = *policy.test;
    const std::vector<std::uint16_t>& full = run.full_prediction(run.test);
    const std::uint64_t seed = policy.analysis->seed();
    for (std::size_t i = begin; i < end; ++i) {
        const double draw = mix.upper_share > 0 ? hash_uniform(seed, run.test.source_index[i]) : 1.0;
        states[i] = mixed_state(sweep.breaks(SampleIndex(i)), mix, draw);
        tally.add(run, full, SampleIndex(i), states[i]);
    }
}

Tally decide_all(const PolicyResult& policy, policy::Mix mix, std::vector<StateIndex>& states)
{
    const std::size_t samples = policy.analysis->run().test.samples;
    const std::size_t blocks = std::max<std::size_t>(1, (samples + block - 1) / block);
    std::vector<Tally> parts(blocks);
    states.resize(samples);
    for_each_job(blocks, policy.analysis->threads(), [&](std::size_t part) {
        parts[part].state.assign(policy.analysis->run().states.size(), 0);
        decide_range(policy, mix, part * block, std::min(samples, (part + 1) * block), states, parts[part]);
    });
    for (std::size_t part = 1; part < blocks; ++part)
        parts.front().add(parts[part]);
    return std::move(parts.front());
}

}  // namespace exitscope::analyse
