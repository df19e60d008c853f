// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/knob_policy.h"

#include <algorithm>
#include <cmath>

#include "core/analysis/policy/envelope.h"
#include "core/analysis/policy/fit_checks.h"
#include "core/analysis/policy/rule_gates.h"
#include "core/base/parallel.h"

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
    KnobPolicy(std::vector<run::State> states, std::shared_ptr<const KnobRules> rules, std::vector<Point> points,
               std::vector<Setting> settings)
        : states_(std::move(states)), rules_(std::move(rules)), points_(std::move(points)),
          settings_(std::move(settings))
    {
    }
    std::span<const Point> points() const override { return points_; }

    GatesPtr gates(std::size_t point) const override
    {
        if (GatesPtr gates = rules_->gates(settings_[point].rule, settings_[point].grid))
            return gates;
        std::optional<DecisionRule> made = rule(point);
        return made ? rule_gates(states_, std::move(*made)) : nullptr;
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

    std::vector<run::State> states_;
    std::shared_ptr<const KnobRules> rules_;
    std::vector<Point> points_;
    std::vector<Setting> settings_;  ///< [points]
    std::vector<std::vector<std::size_t>> points_by_rule_ = group(settings_);
};

/// Sums of every rule along the grid, as differences at the breaks. Costs and losses are counted in small fixed units:
/// whole numbers add up to the same in any order, so that threads may share the samples.
class Sums {
public:
    Sums(const Context& context, std::size_t rules, std::size_t grid)
        : context_(context), scale_(unit_scale(context)), row_(grid + 1), cost_(rules * row_, 0),
          hits_(rules * row_, 0), loss_(context.fit_loss ? rules * row_ : 0, 0)
    {
        for (std::size_t s = 0; s < context.run.states.size(); ++s)
            state_cost_.push_back(units(context.costs.relative(StateIndex(s))));
    }

    void add(SampleIndex sample, std::size_t rule, std::span<const Break> breaks)
    {
        const bool has_label = context_.run.fit.labels[sample.at()] >= 0;
        std::int64_t cost_before = 0;
        std::int64_t hit_before = 0;
        std::int64_t loss_before = 0;
        for (const Break& b : breaks) {
            const std::size_t at = rule * row_ + b.point;
            const std::int64_t cost = state_cost_[b.state.at()];
            const std::int64_t hit = has_label && context_.run.fit.correct(b.state, sample);
            cost_[at] += cost - cost_before;
            hits_[at] += hit - hit_before;
            cost_before = cost;
            hit_before = hit;
            if (context_.fit_loss) {
                const std::int64_t loss = units(static_cast<double>((*context_.fit_loss)[b.state.at()][sample.at()]));
                loss_[at] += loss - loss_before;
                loss_before = loss;
            }
        }
    }
    void add(const Sums& other)
    {
        const auto add_all = [](std::vector<std::int64_t>& to, const std::vector<std::int64_t>& from) {
            for (std::size_t i = 0; i < to.size(); ++i)
                to[i] += from[i];
        };
        add_all(cost_, other.cost_);
        add_all(hits_, other.hits_);
        add_all(loss_, other.loss_);
    }

    /// Appends the points of one rule, and minus the sum of Context::fit_loss at each.
    void read(std::size_t rule, std::span<const double> grid, std::size_t labelled, std::vector<Point>& points,
              std::vector<double>& gain) const
    {
        const double samples = static_cast<double>(context_.run.fit.samples);
        std::int64_t cost = 0;
        std::int64_t hits = 0;
        std::int64_t loss = 0;
        for (std::size_t g = 0; g < grid.size(); ++g) {
            const std::size_t at = rule * row_ + g;
            cost += cost_[at];
            hits += hits_[at];
            points.push_back({grid[g], static_cast<double>(cost) / scale_ / samples,
                              static_cast<double>(hits) / static_cast<double>(labelled)});
            if (context_.fit_loss) {
                loss += loss_[at];
                gain.push_back(-static_cast<double>(loss) / scale_);
            }
        }
    }

private:
    /// Units in 1: as many, by a power of two, as the sum over all samples has room for.
    static double unit_scale(const Context& context)
    {
        constexpr double greatest_loss = 4;
        constexpr int bits = 61;
        const double samples = static_cast<double>(std::max<std::size_t>(1, context.run.fit.samples));
        const double greatest = *std::max_element(context.costs.state.begin(), context.costs.state.end());
        return std::ldexp(1.0,
                          bits - std::ilogb(samples * std::max(greatest_loss, greatest / context.costs.reference)));
    }
    [[nodiscard]] std::int64_t units(double value) const { return std::llround(value * scale_); }

    const Context& context_;
    double scale_;
    std::size_t row_;
    std::vector<std::int64_t> state_cost_;  ///< [states]
    std::vector<std::int64_t> cost_;        ///< [rules][row]
    std::vector<std::int64_t> hits_;
    std::vector<std::int64_t> loss_;
};

Sums sum_up(const Context& context, const KnobRules& rules)
{
    const std::size_t samples = context.run.fit.samples;
    const std::size_t blocks = (samples + block_size - 1) / block_size;
    const unsigned threads = thread_count(context.threads, blocks);
    std::vector<Sums> sums(threads, Sums(context, rules.rules(), rules.grid().size()));
    std::vector<std::unique_ptr<Tracer>> tracers;
    for (unsigned worker = 0; worker < threads; ++worker)
        tracers.push_back(rules.tracer(context.run.fit));
    static_cast<void>(parallel_for(blocks, threads, [&](unsigned worker, std::size_t block) -> Expected<void> {
        const std::size_t end = std::min(samples, (block + 1) * block_size);
        for (std::size_t i = block * block_size; i < end; ++i)
            for (std::size_t r = 0; r < rules.rules(); ++r)
                sums[worker].add(SampleIndex(i), r, tracers[worker]->trace(SampleIndex(i), r));
        return {};
    }));
    for (unsigned worker = 1; worker < threads; ++worker)
        sums.front().add(sums[worker]);
    return std::move(sums.front());
}

}  // namespace

Expected<FittedPtr> fit_knob(const Context& context, std::shared_ptr<const KnobRules> rules)
{
    if (Expected<void> ready = check_fit_split(context); !ready)
        return forward(ready);
    const std::vector<std::int32_t>& labels = context.run.fit.labels;
    const auto labelled = static_cast<std::size_t>(
        std::count_if(labels.begin(), labels.end(), [](std::int32_t label) { return label >= 0; }));
    const Sums sums = sum_up(context, *rules);
    std::vector<Point> candidates;
    std::vector<double> gain;
    std::vector<Setting> settings;
    for (std::size_t r = 0; r < rules->rules(); ++r) {
        sums.read(r, rules->grid(), labelled, candidates, gain);
        for (std::size_t g = 0; g < rules->grid().size(); ++g)
            settings.push_back({r, g});
    }
    if (candidates.empty())
        return bad_input("policy", "no state that it could end in is offered, so that it has no operating point");
    std::vector<Point> kept;
    std::vector<Setting> kept_settings;
    for (const std::size_t index : context.fit_loss ? pareto_front(candidates, gain) : concave_envelope(candidates)) {
        kept.push_back(candidates[index]);
        kept_settings.push_back(settings[index]);
    }
    return std::make_shared<KnobPolicy>(context.run.states, std::move(rules), std::move(kept),
                                        std::move(kept_settings));
}

}  // namespace exitscope::policy
