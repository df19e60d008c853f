// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/threshold_rules.h"

#include <algorithm>
#include <cmath>

#include "core/analysis/policy/derived_run.h"
#include "core/analysis/policy/sweep.h"

namespace exitscope::policy {
namespace {

/// Thresholds tried besides the two extremes.
constexpr std::size_t quantiles = 300;
/// Scores that the quantiles are taken from, at most.
constexpr std::size_t score_limit = 200000;

class ThresholdTracer final : public Tracer {
public:
    ThresholdTracer(const run::Split& split, const StatisticScore& score, const std::vector<Chain>& chains,
                    const std::vector<double>& thresholds)
        : split_(split), score_(score), chains_(chains), thresholds_(thresholds)
    {
    }

    std::span<const Sweep::Break> trace(SampleIndex sample, std::size_t rule) override
    {
        const Chain& chain = chains_[rule];
        breaks_.clear();
        auto from = thresholds_.begin();  // the sample reaches this exit from this threshold on
        for (const StateIndex state : chain) {
            const double score =
                state == chain.back() ? score_.highest + 1 : score_.of(split_.statistics[state.at()][sample.at()]);
            const auto until = std::lower_bound(from, thresholds_.end(), score);
            if (until != from)
                breaks_.push_back({static_cast<std::uint32_t>(from - thresholds_.begin()), state});
            from = until;
        }
        return breaks_;
    }

private:
    const run::Split& split_;
    const StatisticScore& score_;
    const std::vector<Chain>& chains_;
    const std::vector<double>& thresholds_;
    std::vector<Sweep::Break> breaks_;
};

class ThresholdRules final : public KnobRules {
public:
    ThresholdRules(StatisticScore score, std::vector<Chain> chains, std::vector<double> thresholds)
        : score_(score), chains_(std::move(chains)), thresholds_(std::move(thresholds))
    {
        for (const double t : thresholds_)
            grid_.push_back(score_.sign * t);
    }
    std::size_t rules() const override { return chains_.size(); }
    std::span<const double> grid() const override { return grid_; }
    std::unique_ptr<Tracer> tracer(const run::Split& split) const override
    {
        return std::make_unique<ThresholdTracer>(split, score_, chains_, thresholds_);
    }
    std::optional<DecisionRule> decision_rule(std::size_t rule, std::size_t position) const override
    {
        const Chain& chain = chains_[rule];
        const double threshold = thresholds_[position];
        DecisionRule made;
        if (threshold >= score_.highest) {  // no sample leaves early
            made.start = chain.back();
            return made;
        }
        made.start = chain.front();
        for (std::size_t l = 0; l + 1 < chain.size(); ++l)
            made.thresholds.push_back({chain[l], {score_.kind}, threshold, false, chain[l + 1]});
        return made;
    }

private:
    StatisticScore score_;
    std::vector<Chain> chains_;
    std::vector<double> thresholds_;  ///< ascending
    std::vector<double> grid_;
};

/// Every early exit of every chain.
std::vector<StateIndex> early_states(const std::vector<Chain>& chains)
{
    std::vector<StateIndex> states;
    for (const Chain& chain : chains)
        states.insert(states.end(), chain.begin(), chain.end() - 1);
    return states;
}

}  // namespace

std::vector<double> threshold_grid(const run::Run& run, const StatisticScore& score, std::vector<StateIndex> states)
{
    std::sort(states.begin(), states.end());
    states.erase(std::unique(states.begin(), states.end()), states.end());
    std::vector<double> scores;
    const std::size_t step = 1 + states.size() * run.fit.samples / score_limit;
    for (const StateIndex state : states)
        for (std::size_t i = 0; i < run.fit.samples; i += step)
            if (const double s = score.of(run.fit.statistics[state.at()][i]); std::isfinite(s))
                scores.push_back(s);
    std::sort(scores.begin(), scores.end());
    std::vector<double> grid{score.lowest, score.highest};
    for (std::size_t q = 0; q < quantiles && !scores.empty(); ++q)
        grid.push_back(std::clamp(scores[(2 * q + 1) * scores.size() / (2 * quantiles)], score.lowest, score.highest));
    std::sort(grid.begin(), grid.end());
    grid.erase(std::unique(grid.begin(), grid.end()), grid.end());
    return grid;
}

Chain chain_to(const run::Run& run, StateIndex last)
{
    return way_to(run.states, last);
}

std::shared_ptr<const KnobRules> threshold_rules(const run::Run& run, StatisticScore score, std::vector<Chain> chains)
{
    std::vector<double> grid = threshold_grid(run, score, early_states(chains));
    return std::make_shared<ThresholdRules>(score, std::move(chains), std::move(grid));
}

}  // namespace exitscope::policy
