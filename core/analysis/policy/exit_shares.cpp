// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/exit_shares.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/base/random.h"

namespace exitscope::policy {
namespace {

constexpr double nobody = std::numeric_limits<double>::infinity();
/// Samples of the fit split from which thresholds are taken, at most.
constexpr std::size_t sample_limit = 50000;

class ConfidenceScorer final : public ExitScorer {
public:
    ConfidenceScorer(Chain chain, std::uint64_t seed) : chain_(std::move(chain)), seed_(seed) {}

    void score(const run::Split& split, SampleIndex sample, std::size_t, std::span<double> scores) const override
    {
        for (std::size_t l = 0; l < scores.size(); ++l) {
            const double tie = hash_uniform(seed_ + l, split.source_index[sample.at()]);
            scores[l] = static_cast<double>(split.statistics[chain_[l].at()][sample.at()].maximum) + tie_noise * tie;
        }
    }

    ExitScore describe(std::size_t, std::size_t exit) const override
    {
        return {ExitScore::Kind::confidence, seed_ + exit};
    }

private:
    Chain chain_;
    std::uint64_t seed_;
};

}  // namespace

std::vector<double> survivor_thresholds(const std::vector<std::vector<double>>& scores, std::span<const double> shares)
{
    std::vector<double> thresholds(scores.size(), nobody);
    if (scores.empty())
        return thresholds;
    std::vector<std::uint32_t> survivors(scores.front().size());
    std::iota(survivors.begin(), survivors.end(), std::uint32_t{0});
    std::vector<double> values;
    double left = 1;
    for (std::size_t l = 0; l < scores.size(); ++l) {
        const double q = left > 0 ? std::clamp(shares[l] / left, 0.0, 1.0) : 1.0;
        left -= shares[l];
        const auto count = static_cast<std::ptrdiff_t>(std::llround(q * static_cast<double>(survivors.size())));
        if (count == 0)
            continue;
        if (static_cast<std::size_t>(count) == survivors.size()) {  // everybody, also who scores less than any of these
            thresholds[l] = -nobody;
            break;
        }
        values.clear();
        for (const std::uint32_t i : survivors)
            values.push_back(std::isnan(scores[l][i]) ? -nobody : scores[l][i]);
        std::nth_element(values.begin(), values.begin() + (count - 1), values.end(), std::greater<>());
        thresholds[l] = values[static_cast<std::size_t>(count - 1)];
        std::erase_if(survivors, [&](std::uint32_t i) { return scores[l][i] >= thresholds[l]; });
    }
    return thresholds;
}

std::shared_ptr<const ExitScorer> confidence_scorer(const Chain& chain, std::uint64_t seed)
{
    return std::make_shared<ConfidenceScorer>(chain, seed);
}

ChainRule rule_of_shares(const run::Run& run, Chain chain, std::shared_ptr<const ExitScorer> scorer,
                         std::size_t settings, const std::function<std::vector<double>(std::size_t)>& shares_at)
{
    const std::size_t early = chain.size() - 1;
    const std::size_t step = 1 + run.fit.samples / sample_limit;
    const std::size_t samples = (run.fit.samples + step - 1) / step;
    std::vector<std::vector<double>> scores(early, std::vector<double>(samples));
    std::vector<double> of_sample(early);
    ChainRule rule{std::move(chain), std::move(scorer), {}};
    for (std::size_t setting = 0; setting < settings; ++setting) {
        if (setting == 0 || rule.scorer->varies()) {
            for (std::size_t i = 0; i < samples; ++i) {
                rule.scorer->score(run.fit, SampleIndex(i * step), setting, of_sample);
                for (std::size_t l = 0; l < early; ++l)
                    scores[l][i] = of_sample[l];
            }
        }
        const std::vector<double> thresholds = survivor_thresholds(scores, shares_at(setting));
        rule.thresholds.insert(rule.thresholds.end(), thresholds.begin(), thresholds.end());
    }
    return rule;
}

}  // namespace exitscope::policy
