// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/policy/knob_policy.h"

#include <algorithm>

#include "core/base/parallel.h"
#include "core/policy/score.h"

namespace exitscope::policy {
namespace {

using Break = Sweep::Break;

/// Samples of one block of a parallel sweep.
constexpr std::size_t block_size = 4096;

struct Setting {
    std::size_t rule;
    std::size_t grid;
};

class KnobPolicy final : public Fitted {
public:
    KnobPolicy(std::shared_ptr<const KnobRules> rules, std::vector<Point> points, std::vector<Setting> settings)
        : rules_(std::move(rules)), points_(std::move(points)), settings_(std::move(settings))
    {
    }
    std::span<const Point> points() const override { return points_; }

    GatesPtr gates(std::size_t point) const override
    {
        return rules_->gates(settings_[point].rule, settings_[point].grid);
    }

    std::optional<DecisionRule> rule(std::size_t point) const override
    {
        return rules_->decision_rule(settings_[point].rule, settings_[point].grid);
    }

    std::vector<StateIndex> decide(const run::Split& split, std::size_t point) const override
    {
        const std::unique_ptr<Tracer> tracer = rules_->tracer(split);
        std::vector<StateIndex> states(split.samples);
        for (std::size_t i = 0; i < states.size(); ++i)
            states[i] = Sweep::state_at(tracer->trace(SampleIndex(i), settings_[point].rule), settings_[point].grid);
        return states;
    }

    Sweep sweep(const run::Split& split, unsigned threads) const override
    {
        struct Block {
            std::vector<std::uint32_t> counts;
            std::vector<Break> breaks;
        };
        std::vector<Block> blocks((split.samples + block_size - 1) / block_size);
        for_each_job(blocks.size(), threads, [&](std::size_t b) {
            const std::unique_ptr<Tracer> tracer = rules_->tracer(split);
            std::vector<StateIndex> states(points_.size());
            const std::size_t end = std::min(split.samples, (b + 1) * block_size);
            for (std::size_t i = b * block_size; i < end; ++i) {
                follow(*tracer, SampleIndex(i), states);
                const std::size_t before = blocks[b].breaks.size();
                for (std::size_t p = 0; p < states.size(); ++p)
                    if (p == 0 || states[p] != states[p - 1])
                        blocks[b].breaks.push_back({static_cast<std::uint32_t>(p), states[p]});
                blocks[b].counts.push_back(static_cast<std::uint32_t>(blocks[b].breaks.size() - before));
            }
        });

        std::vector<std::uint64_t> offsets{0};
        offsets.reserve(split.samples + 1);
        std::vector<Break> breaks;
        for (const Block& block : blocks) {
            for (const std::uint32_t count : block.counts)
                offsets.push_back(offsets.back() + count);
            breaks.insert(breaks.end(), block.breaks.begin(), block.breaks.end());
        }
        return {points_.size(), std::move(offsets), std::move(breaks)};
    }

private:
    /// State of one sample at every point: each rule is traced once, its points read off in turn.
    void follow(Tracer& tracer, SampleIndex sample, std::vector<StateIndex>& states) const
    {
        for (const std::vector<std::size_t>& points : points_by_rule_) {
            const std::span<const Break> breaks = tracer.trace(sample, settings_[points.front()].rule);
            std::size_t b = 0;
            for (const std::size_t p : points) {
                while (b + 1 < breaks.size() && breaks[b + 1].point <= settings_[p].grid)
                    ++b;
                states[p] = breaks[b].state;
            }
        }
    }

    /// Points of every rule in use, by ascending grid position.
    [[nodiscard]] static std::vector<std::vector<std::size_t>> group(const std::vector<Setting>& settings)
    {
        std::vector<std::size_t> order(settings.size());
        for (std::size_t p = 0; p < order.size(); ++p)
            order[p] = p;
        std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return settings[a].rule != settings[b].rule ? settings[a].rule < settings[b].rule
                                                        : settings[a].grid < settings[b].grid;
        });
        std::vector<std::vector<std::size_t>> groups;
        for (const std::size_t p : order) {
            if (groups.empty() || settings[groups.back().front()].rule != settings[p].rule)
                groups.emplace_back();
            groups.back().push_back(p);
        }
        return groups;
    }

    std::shared_ptr<const KnobRules> rules_;
    std::vector<Point> points_;
    std::vector<Setting> settings_;  ///< [points]
    std::vector<std::vector<std::size_t>> points_by_rule_ = group(settings_);
};

/// Scores of one rule over its grid.
struct RuleScores {
    std::vector<Point> points;
    std::vector<double> gain;  ///< minus the sum of Context::fit_loss; empty without it
};

/// By differences at the breaks.
RuleScores score_rule(const Context& context, const KnobRules& rules, std::size_t rule)
{
    const std::span<const double> grid = rules.grid();
    std::vector<double> cost(grid.size() + 1, 0.0);
    std::vector<std::int64_t> hits(grid.size() + 1, 0);
    std::vector<double> loss(context.fit_loss ? grid.size() + 1 : 0, 0.0);
    const std::unique_ptr<Tracer> tracer = rules.tracer(context.run.fit);
    std::size_t labelled = 0;
    for (std::size_t i = 0; i < context.run.fit.samples; ++i) {
        const bool has_label = context.run.fit.labels[i] >= 0;
        labelled += has_label;
        double cost_before = 0;
        std::int64_t hit_before = 0;
        double loss_before = 0;
        for (const Break& b : tracer->trace(SampleIndex(i), rule)) {
            const double here = context.costs.relative(b.state);
            const std::int64_t hit = has_label && context.run.fit.correct(b.state, SampleIndex(i));
            cost[b.point] += here - cost_before;
            hits[b.point] += hit - hit_before;
            cost_before = here;
            hit_before = hit;
            if (context.fit_loss) {
                const double lost = static_cast<double>((*context.fit_loss)[b.state.at()][i]);
                loss[b.point] += lost - loss_before;
                loss_before = lost;
            }
        }
    }
    RuleScores scores;
    double total_cost = 0;
    std::int64_t total_hits = 0;
    double total_loss = 0;
    for (std::size_t g = 0; g < grid.size(); ++g) {
        total_cost += cost[g];
        total_hits += hits[g];
        scores.points.push_back({grid[g], total_cost / static_cast<double>(context.run.fit.samples),
                                 static_cast<double>(total_hits) / static_cast<double>(labelled)});
        if (context.fit_loss) {
            total_loss += loss[g];
            scores.gain.push_back(-total_loss);
        }
    }
    return scores;
}

}  // namespace

Expected<FittedPtr> fit_knob(const Context& context, std::shared_ptr<const KnobRules> rules)
{
    if (Expected<void> ready = check_fit_split(context); !ready)
        return forward(ready);
    std::vector<RuleScores> by_rule(rules->rules());
    for_each_job(by_rule.size(), context.threads, [&](std::size_t r) { by_rule[r] = score_rule(context, *rules, r); });

    std::vector<Point> candidates;
    std::vector<double> gain;
    std::vector<Setting> settings;
    for (std::size_t r = 0; r < by_rule.size(); ++r) {
        candidates.insert(candidates.end(), by_rule[r].points.begin(), by_rule[r].points.end());
        gain.insert(gain.end(), by_rule[r].gain.begin(), by_rule[r].gain.end());
        for (std::size_t g = 0; g < by_rule[r].points.size(); ++g)
            settings.push_back({r, g});
    }
    std::vector<Point> kept;
    std::vector<Setting> kept_settings;
    for (const std::size_t index : context.fit_loss ? pareto_front(candidates, gain) : concave_envelope(candidates)) {
        kept.push_back(candidates[index]);
        kept_settings.push_back(settings[index]);
    }
    return std::make_shared<KnobPolicy>(std::move(rules), std::move(kept), std::move(kept_settings));
}

}  // namespace exitscope::policy
