// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <numeric>

#include "core/analysis/policy/policies.h"
#include "core/analysis/policy/state_facts.h"
#include "core/analysis/policy/sweep.h"
#include "core/base/random.h"

namespace exitscope::policy {
namespace {

/// Keeps these draws apart from those that mix two points.
constexpr std::uint64_t draw_key = 0x72616e646f6dULL;

/// QuEE's share of samples in every state, drawn per sample by a hash of its source index.
class RandomPolicy final : public Fitted {
public:
    RandomPolicy(std::vector<Point> points, std::vector<StateIndex> states, std::vector<std::vector<double>> cumulative,
                 std::uint64_t seed)
        : points_(std::move(points)), states_(std::move(states)), cumulative_(std::move(cumulative)), seed_(seed)
    {
    }
    std::span<const Point> points() const override { return points_; }
    std::vector<StateIndex> decide(const run::Split& split, std::size_t point) const override
    {
        const std::vector<double>& cumulative = cumulative_[point];
        std::vector<StateIndex> chosen(split.samples);
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            const double u = hash_uniform(seed_ ^ draw_key, split.source_index[i]);
            const auto found = std::upper_bound(cumulative.begin(), cumulative.end() - 1, u);
            chosen[i] = states_[static_cast<std::size_t>(found - cumulative.begin())];
        }
        return chosen;
    }

private:
    std::vector<Point> points_;
    std::vector<StateIndex> states_;               ///< cheapest first
    std::vector<std::vector<double>> cumulative_;  ///< [points][states_]
    std::uint64_t seed_;
};

Expected<FittedPtr> fit_random(const Context& context)
{
    Expected<FittedPtr> quee = quee_policy.fit(context);
    if (!quee)
        return quee;
    std::vector<StateIndex> states(context.run.states.size());
    for (std::size_t s = 0; s < states.size(); ++s)
        states[s] = StateIndex(s);
    std::stable_sort(states.begin(), states.end(), [&](StateIndex a, StateIndex b) {
        return context.costs.state[a.at()] < context.costs.state[b.at()];
    });

    const std::vector<double> accuracy = state_accuracy(context.run);
    const Sweep sweep = (*quee)->sweep(context.run.fit, context.threads);
    std::vector<Point> points((*quee)->points().begin(), (*quee)->points().end());
    std::vector<std::vector<double>> cumulative;
    for (std::size_t p = 0; p < points.size(); ++p) {
        std::vector<double> share(states.size(), 0.0);
        for (std::size_t i = 0; i < sweep.samples(); ++i)
            share[sweep.state(SampleIndex(i), p).at()] += 1.0 / static_cast<double>(sweep.samples());
        points[p].fit_accuracy = std::inner_product(share.begin(), share.end(), accuracy.begin(), 0.0);
        std::vector<double> sums;
        sums.reserve(states.size());
        for (const StateIndex state : states)
            sums.push_back((sums.empty() ? 0.0 : sums.back()) + share[state.at()]);
        cumulative.push_back(std::move(sums));
    }
    return std::make_shared<RandomPolicy>(std::move(points), std::move(states), std::move(cumulative), context.seed);
}

}  // namespace

constinit const Info random_policy{
    .name = "random",
    .title = "Random exits",
    .description =
        translatable("core", "The same share of images in every state as QuEE, drawn without looking at the image"),
    .line = {7, Dash::dotted, 1.6},
    .fit = fit_random,
};

}  // namespace exitscope::policy
