// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/analyse/stepper.h"

#include <algorithm>

#include "core/base/random.h"

namespace exitscope::analyse {
namespace {

/// Beyond this share of the samples it is faster to decide all of them, in order and on all threads.
constexpr std::size_t few = 4;

}  // namespace

Stepper::Stepper(PolicyResult policy) : policy_(std::move(policy)), begin_(policy_.test->points() + 1, 0)
{
    const policy::Sweep& sweep = *policy_.test;
    const auto each_change = [&](const auto& visit) {
        for (std::size_t i = 0; i < sweep.samples(); ++i)
            for (const policy::Sweep::Break& b : sweep.breaks(SampleIndex(i)).subspan(1))
                visit(b.point, static_cast<std::uint32_t>(i));
    };
    each_change([&](std::uint32_t point, std::uint32_t) { ++begin_[point + 1]; });
    for (std::size_t p = 1; p < begin_.size(); ++p)
        begin_[p] += begin_[p - 1];
    changing_.resize(begin_.back());
    std::vector<std::size_t> fill(begin_.begin(), begin_.end() - 1);
    each_change([&](std::uint32_t point, std::uint32_t sample) { changing_[fill[point]++] = sample; });
}

/// The samples whose state may differ: those that change at a point between the two mixes. nullopt when there are many.
std::optional<std::vector<SampleIndex>> Stepper::between(policy::Mix from, policy::Mix to) const
{
    const std::size_t low = std::min(from.lower, to.lower) + 1;
    const auto reach = [](policy::Mix mix) { return mix.lower + (mix.upper_share > 0 ? 1 : 0); };
    const std::size_t high = std::max(reach(from), reach(to)) + 1;
    std::vector<SampleIndex> samples;
    if (low >= high)
        return samples;
    const std::size_t count = begin_[high] - begin_[low];
    if (count > policy_.test->samples() / few)
        return std::nullopt;
    samples.reserve(count);
    for (std::size_t c = begin_[low]; c < begin_[high]; ++c)
        samples.emplace_back(changing_[c]);
    std::sort(samples.begin(), samples.end());
    samples.erase(std::unique(samples.begin(), samples.end()), samples.end());
    return samples;
}

std::optional<std::vector<SampleIndex>> Stepper::move(double budget, Decisions& decisions)
{
    const std::span<const policy::Point> points = policy_.fitted->points();
    const policy::Mix mix = policy::at_budget(points, budget, policy_.fitted->mixes());
    const run::Run& run = policy_.analysis->run();
    std::optional<std::vector<SampleIndex>> changed;
    if (known_ && decisions.policy == policy_.info->name && decisions.state.size() == run.test.samples)
        changed = between(at_, mix);
    if (changed) {
        const std::vector<std::uint16_t>& full = run.full_prediction(run.test);
        const std::uint64_t seed = policy_.analysis->seed();
        std::erase_if(*changed, [&](SampleIndex sample) {
            StateIndex& state = decisions.state[sample.at()];
            const StateIndex next =
                mixed_state(policy_.test->breaks(sample), mix, hash_uniform(seed, run.test.source_index[sample.at()]));
            if (next == state)
                return true;
            tally_.remove(run, full, sample, state);
            tally_.add(run, full, sample, next);
            state = next;
            return false;
        });
    } else {
        tally_ = decide_all(policy_, mix, decisions.state);
    }
    known_ = true;
    at_ = mix;
    decisions.policy.assign(policy_.info->name);
    decisions.budget = budget;
    decisions.knob = points[mix.lower].knob;
    summarise(policy_, tally_, decisions.outcome);
    return changed;
}

}  // namespace exitscope::analyse
