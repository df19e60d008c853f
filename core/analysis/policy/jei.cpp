// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include "core/analysis/policy/exit_shares.h"
#include "core/analysis/policy/fit_checks.h"
#include "core/analysis/policy/logistic.h"
#include "core/analysis/policy/policies.h"
#include "core/base/parallel.h"

namespace exitscope::policy {
namespace {

constexpr std::size_t settings = 61;
constexpr double greatest_lambda = 100;
constexpr double least_lambda = 1e-3;
/// Labelled samples that the gates learn from, at most.
constexpr std::size_t sample_limit = 20000;

/// Gates of one chain: a logistic function of the standardised statistics at every early exit, for every lambda.
class GateScorer final : public ExitScorer {
public:
    GateScorer(Chain chain, std::vector<predict::Standardiser> standardisers,
               std::vector<std::vector<LogisticWeights>> weights)
        : chain_(std::move(chain)), standardisers_(std::move(standardisers)), weights_(std::move(weights))
    {
    }
    bool varies() const override { return true; }
    void score(const run::Split& split, SampleIndex sample, std::size_t setting,
               std::span<double> scores) const override
    {
        for (std::size_t l = 0; l < scores.size(); ++l) {
            const Eigen::Vector4f z = standardisers_[l](split.statistics[chain_[l].at()][sample.at()]);
            const LogisticWeights& w = weights_[setting][l];
            scores[l] = w.head<4>().dot(z.cast<double>()) + w[4];
        }
    }
    ExitScore describe(std::size_t setting, std::size_t exit) const override
    {
        const predict::Standardiser& s = standardisers_[exit];
        const LogisticWeights& w = weights_[setting][exit];
        ExitScore made{ExitScore::Kind::linear};
        made.mean.assign(s.mean().begin(), s.mean().end());
        made.scale.assign(s.scale().begin(), s.scale().end());
        made.weights.assign(w.begin(), w.end());
        return made;
    }

private:
    Chain chain_;
    std::vector<predict::Standardiser> standardisers_;   ///< [early exits]
    std::vector<std::vector<LogisticWeights>> weights_;  ///< [settings][early exits]
};

/// Labelled samples of the fit split, with the cross-entropy of every exit of the chain on them.
struct Losses {
    std::vector<std::uint32_t> samples;
    std::vector<std::vector<double>> cross_entropy;  ///< [chain][samples of this struct]
};

Losses make_losses(const run::Split& fit, const Chain& chain)
{
    constexpr float least_probability = 1e-12F;
    Losses losses;
    const std::size_t step = 1 + fit.samples / sample_limit;
    for (std::size_t i = 0; i < fit.samples; ++i)
        if (fit.labels[i] >= 0 && i % step == 0)
            losses.samples.push_back(static_cast<std::uint32_t>(i));
    for (const StateIndex state : chain) {
        std::vector<double>& column = losses.cross_entropy.emplace_back();
        for (const std::uint32_t i : losses.samples)
            column.push_back(
                -std::log(static_cast<double>(std::max(fit.true_probability[state.at()][i], least_probability))));
    }
    return losses;
}

/// The exit of least CE_l + lambda c_l for every sample; the first of equals.
std::vector<std::size_t> best_exits(const Losses& losses, std::span<const double> cost, double lambda)
{
    std::vector<std::size_t> best(losses.samples.size(), 0);
    for (std::size_t i = 0; i < best.size(); ++i)
        for (std::size_t l = 1; l < cost.size(); ++l)
            if (losses.cross_entropy[l][i] + lambda * cost[l] <
                losses.cross_entropy[best[i]][i] + lambda * cost[best[i]])
                best[i] = l;
    return best;
}

/// Gate and threshold in the manner of JEI-DNN (Regol et al. 2024): the gate of exit l learns whether the best exit,
/// under CE + lambda cost, is l or an earlier one; thresholds give every exit its share of the best exits.
Expected<FittedPtr> fit_jei(const Context& context)
{
    if (Expected<void> ready = check_fit_split(context); !ready)
        return forward(ready);
    if (Expected<void> known = check_distribution(context, "jei", "probability of the true class"); !known)
        return forward(known);
    const run::Split& fit = context.run.fit;
    const Chain chain = chain_to(context.run, context.run.full());
    const std::size_t early = chain.size() - 1;
    const Losses losses = make_losses(fit, chain);
    std::vector<double> cost;
    for (const StateIndex state : chain)
        cost.push_back(context.costs.relative(state));

    std::vector<double> lambdas;
    std::vector<std::vector<double>> shares;  // [settings][chain]
    std::vector<std::vector<std::size_t>> best;
    for (std::size_t s = 0; s < settings; ++s) {
        const double part = static_cast<double>(s) / static_cast<double>(settings - 1);
        lambdas.push_back(greatest_lambda * std::pow(least_lambda / greatest_lambda, part));
        best.push_back(best_exits(losses, cost, lambdas.back()));
        shares.emplace_back(chain.size(), 0.0);
        for (const std::size_t l : best.back())
            shares.back()[l] += 1 / static_cast<double>(best.back().size());
    }

    std::vector<predict::Standardiser> standardisers(early);
    std::vector<std::vector<LogisticWeights>> weights(settings, std::vector<LogisticWeights>(early));
    for_each_job(early, context.threads, [&](std::size_t l) {
        std::vector<run::Statistics> statistics;
        for (const std::uint32_t i : losses.samples)
            statistics.push_back(fit.statistics[chain[l].at()][i]);
        standardisers[l] = predict::Standardiser(statistics);
        const predict::Features inputs = standardisers[l](statistics);
        std::vector<std::uint8_t> targets(losses.samples.size());
        LogisticWeights w = LogisticWeights::Zero();
        for (std::size_t s = 0; s < settings; ++s) {
            std::transform(best[s].begin(), best[s].end(), targets.begin(),
                           [l](std::size_t exit) { return static_cast<std::uint8_t>(exit <= l); });
            w = fit_logistic(inputs, targets, w);
            weights[s][l] = w;
        }
    });
    auto scorer = std::make_shared<GateScorer>(chain, std::move(standardisers), std::move(weights));
    ChainRule rule = rule_of_shares(context.run, chain, std::move(scorer), settings,
                                    [&](std::size_t setting) { return shares[setting]; });
    return fit_knob(context, exit_rules(std::move(lambdas), {std::move(rule)}));
}

}  // namespace

constinit const Info jei_policy{
    .name = "jei",
    .title = "JEI gates",
    .description =
        translatable("core", "A logistic gate at every exit learns whether a later exit is worth its cost; highest "
                             "precision"),
    .line = {5, Dash::dash_dot, 1.6},
    .fit = fit_jei,
    .needs_distribution = true,
};

}  // namespace exitscope::policy
