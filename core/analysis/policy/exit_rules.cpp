// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/exit_rules.h"

#include <algorithm>
#include <limits>

#include "core/analysis/policy/sweep.h"

namespace exitscope::policy {
namespace {

class ExitTracer final : public Tracer {
public:
    ExitTracer(const run::Split& split, std::span<const ChainRule> rules, std::size_t settings)
        : split_(split), rules_(rules), settings_(settings)
    {
    }

    std::span<const Sweep::Break> trace(SampleIndex sample, std::size_t rule) override
    {
        const ChainRule& r = rules_[rule];
        const std::size_t early = r.chain.size() - 1;
        scores_.resize(early);
        breaks_.clear();
        std::size_t before = r.chain.size();
        for (std::size_t setting = 0; setting < settings_; ++setting) {
            if (setting == 0 || r.scorer->varies())
                r.scorer->score(split_, sample, setting, scores_);
            const double* threshold = r.thresholds.data() + setting * early;
            std::size_t exit = 0;
            while (exit < early && !(scores_[exit] >= threshold[exit]))
                ++exit;
            if (exit != before)
                breaks_.push_back({static_cast<std::uint32_t>(setting), r.chain[exit]});
            before = exit;
        }
        return breaks_;
    }

private:
    const run::Split& split_;
    std::span<const ChainRule> rules_;
    std::size_t settings_;
    std::vector<double> scores_;
    std::vector<Sweep::Break> breaks_;
};

class ExitRules final : public KnobRules {
public:
    ExitRules(std::vector<double> grid, std::vector<ChainRule> rules) : grid_(std::move(grid)), rules_(std::move(rules))
    {
    }
    std::size_t rules() const override { return rules_.size(); }
    std::span<const double> grid() const override { return grid_; }
    std::unique_ptr<Tracer> tracer(const run::Split& split) const override
    {
        return std::make_unique<ExitTracer>(split, rules_, grid_.size());
    }
    std::optional<DecisionRule> decision_rule(std::size_t rule, std::size_t position) const override
    {
        const ChainRule& r = rules_[rule];
        const std::size_t early = r.chain.size() - 1;
        const std::span<const double> thresholds = std::span(r.thresholds).subspan(position * early, early);
        DecisionRule made;
        std::size_t exit = 0;
        const auto skip = [&] {  // exits at which no sample leaves are not asked
            while (exit < early && thresholds[exit] == std::numeric_limits<double>::infinity())
                ++exit;
            return r.chain[exit];
        };
        made.start = skip();
        while (exit < early && thresholds[exit] != -std::numeric_limits<double>::infinity()) {
            const std::size_t here = exit++;
            made.thresholds.push_back(
                {r.chain[here], r.scorer->describe(position, here), thresholds[here], true, skip()});
        }
        return made;
    }

private:
    std::vector<double> grid_;
    std::vector<ChainRule> rules_;
};

}  // namespace

std::shared_ptr<const KnobRules> exit_rules(std::vector<double> grid, std::vector<ChainRule> rules)
{
    return std::make_shared<ExitRules>(std::move(grid), std::move(rules));
}

}  // namespace exitscope::policy
