// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/analyse/trade_off.h"

#include <algorithm>

#include "core/analysis/policy/envelope.h"
#include "core/base/random.h"

namespace exitscope::analyse {
namespace {

/// What changes when one sample passes from point p - 1 to p of the sweep.
struct Change {
    double draw;  ///< the sample's uniform draw: it passes once the mix's upper share exceeds it
    double cost;
    int hit;
};

/// Totals over the test split at every point of a sweep, and the changes between neighbours: any mix of two points is
/// scored by looking at the samples that differ, not at all of them.
class SweepScores {
public:
    SweepScores(const Analysis& analysis, const policy::Sweep& sweep, const cost::Costs& costs)
        : begin_(sweep.points() + 1, 0), cost_(sweep.points(), 0.0), hits_(sweep.points(), 0)
    {
        const run::Split& test = analysis.run().test;
        for (std::size_t i = 0; i < sweep.samples(); ++i) {
            labelled_ += test.labelled() && test.labels[i] >= 0;
            for (const policy::Sweep::Break& b : sweep.breaks(SampleIndex(i)))
                ++begin_[b.point + 1];
        }
        for (std::size_t p = 1; p < begin_.size(); ++p)
            begin_[p] += begin_[p - 1];
        changes_.resize(begin_.back());
        std::vector<std::size_t> fill(begin_.begin(), begin_.end() - 1);
        for (std::size_t i = 0; i < sweep.samples(); ++i) {
            const double draw = hash_uniform(analysis.seed(), test.source_index[i]);
            double cost = 0;
            int hit = 0;
            for (const policy::Sweep::Break& b : sweep.breaks(SampleIndex(i))) {
                const double new_cost = costs.relative(b.state);
                const int new_hit = test.labelled() && test.correct(b.state, SampleIndex(i)) ? 1 : 0;
                changes_[fill[b.point]++] = {draw, new_cost - cost, new_hit - hit};
                cost = new_cost;
                hit = new_hit;
            }
        }
        samples_ = std::max<double>(1.0, static_cast<double>(sweep.samples()));
        for (std::size_t p = 0; p < sweep.points(); ++p) {
            const auto [cost, hits] = sum(p, 1.0);
            cost_[p] = cost + (p > 0 ? cost_[p - 1] : 0.0);
            hits_[p] = hits + (p > 0 ? hits_[p - 1] : 0);
        }
    }

    [[nodiscard]] double relative_cost(policy::Mix mix) const
    {
        return (cost_[mix.lower] + upper(mix).first) / samples_;
    }
    [[nodiscard]] Proportion accuracy(policy::Mix mix) const
    {
        return proportion(static_cast<std::size_t>(hits_[mix.lower] + upper(mix).second), labelled_);
    }
    [[nodiscard]] std::size_t points() const { return cost_.size(); }

private:
    /// Sums over the samples that change at point p and draw less than `share`.
    [[nodiscard]] std::pair<double, std::int64_t> sum(std::size_t p, double share) const
    {
        double cost = 0;
        std::int64_t hits = 0;
        for (std::size_t c = begin_[p]; c < begin_[p + 1]; ++c) {
            if (changes_[c].draw < share) {
                cost += changes_[c].cost;
                hits += changes_[c].hit;
            }
        }
        return {cost, hits};
    }
    [[nodiscard]] std::pair<double, std::int64_t> upper(policy::Mix mix) const
    {
        return mix.upper_share > 0 ? sum(mix.lower + 1, mix.upper_share) : std::pair<double, std::int64_t>{0.0, 0};
    }

    std::vector<std::size_t> begin_;  ///< [points + 1] into changes_
    std::vector<Change> changes_;
    std::vector<double> cost_;        ///< [points] total
    std::vector<std::int64_t> hits_;  ///< [points] total
    std::size_t labelled_ = 0;
    double samples_ = 1;
};

struct Vertex {
    double cost;
    double accuracy;
};

/// Mean of the curve over [low, 1]; see Curve::area.
double mean_accuracy(std::vector<Vertex> vertices, Vertex cheapest, bool mixes)
{
    std::stable_sort(vertices.begin(), vertices.end(), [](Vertex a, Vertex b) { return a.cost < b.cost; });
    if (cheapest.cost >= 1)
        return vertices.back().accuracy;
    double area = 0;
    Vertex before = cheapest;
    bool straight = true;  // from the cheapest state to the first point also for policies that do not mix
    for (const Vertex& next : vertices) {
        const double end = std::min(next.cost, 1.0);
        if (end > before.cost) {
            const double slope = straight ? (next.accuracy - before.accuracy) / (next.cost - before.cost) : 0.0;
            area += (end - before.cost) * (before.accuracy + 0.5 * slope * (end - before.cost));
        }
        before = {std::max(before.cost, next.cost), next.accuracy};
        straight = mixes;
        if (next.cost >= 1)
            break;
    }
    area += std::max(0.0, 1.0 - before.cost) * before.accuracy;
    return area / (1.0 - cheapest.cost);
}

}  // namespace

Curve trade_off(const PolicyResult& policy, const CurveStart& start, std::size_t points)
{
    const std::span<const policy::Point> own = policy.fitted->points();
    const SweepScores scores(*policy.analysis, *policy.test, policy.costs);

    Curve curve;
    curve.policy = policy.info->name;
    curve.area_low = start.relative_cost;
    const auto add = [&](double budget) {
        const policy::Mix mix = policy::at_budget(own, budget, policy.fitted->mixes());
        curve.points.push_back({own[mix.lower].knob, budget, scores.relative_cost(mix), scores.accuracy(mix)});
    };
    const double lowest = own.front().fit_cost;
    for (std::size_t k = 0; k < points; ++k) {
        const double share = points > 1 ? static_cast<double>(k) / static_cast<double>(points - 1) : 1.0;
        const double budget = curve.area_low + share * (1.0 - curve.area_low);
        if (budget >= lowest) {
            if (curve.points.empty() && budget > lowest)
                add(lowest);
            add(budget);
        }
    }
    if (curve.points.empty())
        add(lowest);

    if (scores.accuracy({0, 0.0}).samples > 0) {
        std::vector<Vertex> vertices;
        for (std::size_t p = 0; p < own.size(); ++p)
            vertices.push_back({scores.relative_cost({p, 0.0}), scores.accuracy({p, 0.0}).value});
        curve.area = mean_accuracy(std::move(vertices), {start.relative_cost, start.accuracy}, policy.fitted->mixes());
    }
    return curve;
}

}  // namespace exitscope::analyse
