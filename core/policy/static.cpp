// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/policy/policies.h"
#include "core/policy/score.h"

namespace exitscope::policy {
namespace {

/// One state for every sample at every point.
class StaticPolicy final : public Fitted {
public:
    StaticPolicy(std::vector<Point> points, std::vector<StateIndex> states, bool mixes)
        : points_(std::move(points)), states_(std::move(states)), mixes_(mixes)
    {
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
    for (std::size_t s = 0; s < accuracy.size(); ++s)
        all.push_back({0.0, context.costs.relative(StateIndex(s)), accuracy[s]});
    std::vector<Point> points;
    std::vector<StateIndex> states;
    for (const std::size_t s : select(all)) {
        points.push_back(all[s]);
        points.back().knob = static_cast<double>(states.size());
        states.emplace_back(s);
    }
    return std::make_shared<StaticPolicy>(std::move(points), std::move(states), mixes);
}

}  // namespace

Expected<FittedPtr> fit_static(const Context& context)
{
    return fit_states(context, pareto, false);
}

Expected<FittedPtr> fit_static_hull(const Context& context)
{
    return fit_states(context, concave_envelope, true);
}

}  // namespace exitscope::policy
