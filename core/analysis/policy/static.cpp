// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/analysis/policy/envelope.h"
#include "core/analysis/policy/fit_checks.h"
#include "core/analysis/policy/gates.h"
#include "core/analysis/policy/policies.h"
#include "core/analysis/policy/state_facts.h"
#include "core/analysis/policy/threshold_rules.h"

namespace exitscope::policy {
namespace {

/// Straight to one state.
class StaticGates final : public Gates {
public:
    explicit StaticGates(Chain chain) : chain_(std::move(chain)) {}
    StateIndex root() const override { return chain_.front(); }
    StateIndex next(StateIndex state, const Visit&) override
    {
        return reads(state) ? state : *(std::find(chain_.begin(), chain_.end(), state) + 1);
    }
    std::optional<Judgement> judge(StateIndex, const Visit&) override { return FixedStep{}; }
    bool reads(StateIndex state) const override { return state == chain_.back(); }

private:
    Chain chain_;
};

/// One state for every sample at every point.
class StaticPolicy final : public Fitted {
public:
    StaticPolicy(std::vector<Point> points, std::vector<StateIndex> states, std::vector<Chain> chains, bool mixes)
        : points_(std::move(points)), states_(std::move(states)), chains_(std::move(chains)), mixes_(mixes)
    {
    }
    GatesPtr gates(std::size_t point) const override { return std::make_unique<StaticGates>(chains_[point]); }
    std::optional<DecisionRule> rule(std::size_t point) const override
    {
        DecisionRule made;
        made.start = states_[point];
        return made;
    }
    std::span<const Point> points() const override { return points_; }
    std::vector<StateIndex> decide(const run::Split& split, std::size_t point) const override
    {
        return std::vector<StateIndex>(split.samples, states_[point]);
    }
    bool mixes() const override { return mixes_; }

private:
    std::vector<Point> points_;
    std::vector<StateIndex> states_;
    std::vector<Chain> chains_;  ///< [points] to its state
    bool mixes_;
};

/// The points that no cheaper one equals in accuracy.
std::vector<std::size_t> pareto(std::span<const Point> points)
{
    std::vector<double> accuracy;
    for (const Point& point : points)
        accuracy.push_back(point.fit_accuracy);
    return pareto_front(points, accuracy);
}

Expected<FittedPtr> fit_states(const Context& context, std::vector<std::size_t> (*select)(std::span<const Point>),
                               bool mixes)
{
    if (Expected<void> ready = check_fit_split(context); !ready)
        return forward(ready);
    const std::vector<double> accuracy = state_accuracy(context.run);
    std::vector<Point> all;
    std::vector<StateIndex> offered;
    for (std::size_t s = 0; s < accuracy.size(); ++s) {
        if (!context.costs.offers(StateIndex(s)))
            continue;
        all.push_back({0.0, context.costs.relative(StateIndex(s)), accuracy[s]});
        offered.emplace_back(s);
    }
    std::vector<Point> points;
    std::vector<StateIndex> states;
    std::vector<Chain> chains;
    for (const std::size_t index : select(all)) {
        points.push_back(all[index]);
        points.back().knob = static_cast<double>(states.size());
        states.push_back(offered[index]);
        chains.push_back(chain_to(context.run, states.back()));
    }
    return std::make_shared<StaticPolicy>(std::move(points), std::move(states), std::move(chains), mixes);
}

Expected<FittedPtr> fit_static(const Context& context)
{
    return fit_states(context, pareto, false);
}

Expected<FittedPtr> fit_static_hull(const Context& context)
{
    return fit_states(context, concave_envelope, true);
}

}  // namespace

constinit const Info static_policy{
    .name = "static",
    .title = "Static models",
    .description =
        translatable("core", "One exit and one precision path for every image; those that no cheaper model beats "
                             "on the fit split"),
    .line = {7, Dash::solid, 1.2},
    .fit = fit_static,
};

constinit const Info static_hull_policy{
    .name = "static-hull",
    .title = "Static hull",
    .description = translatable("core", "Random mixing of two static models: what a dynamic method must beat"),
    .line = {7, Dash::dashed, 1.6},
    .fit = fit_static_hull,
};

}  // namespace exitscope::policy
