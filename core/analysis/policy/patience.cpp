// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/exit_rules.h"
#include "core/analysis/policy/policies.h"

namespace exitscope::policy {
namespace {

/// How many exits in a row, this one included, gave the answer of this exit.
class AgreementScorer final : public ExitScorer {
public:
    explicit AgreementScorer(Chain chain) : chain_(std::move(chain)) {}

    void score(const run::Split& split, SampleIndex sample, std::size_t, std::span<double> scores) const override
    {
        for (std::size_t l = 0; l < scores.size(); ++l) {
            const bool agrees = l > 0 && split.prediction[chain_[l].at()][sample.at()] ==
                                             split.prediction[chain_[l - 1].at()][sample.at()];
            scores[l] = agrees ? scores[l - 1] + 1 : 1;
        }
    }

    ExitScore describe(std::size_t, std::size_t) const override { return {ExitScore::Kind::agreement}; }

private:
    Chain chain_;
};

/// PABEE (Zhou et al. 2020): leave when t consecutive exits agree; the knob is t.
Expected<FittedPtr> fit_patience(const Context& context)
{
    Chain chain = chain_to(context.run, context.run.full());
    const std::size_t early = chain.size() - 1;
    std::vector<double> grid;
    ChainRule rule;
    for (std::size_t t = 1; t <= chain.size(); ++t) {
        grid.push_back(static_cast<double>(t));
        rule.thresholds.insert(rule.thresholds.end(), early, static_cast<double>(t));
    }
    rule.scorer = std::make_shared<AgreementScorer>(chain);
    rule.chain = std::move(chain);
    return fit_knob(context, exit_rules(std::move(grid), {std::move(rule)}));
}

}  // namespace

constinit const Info patience_policy{
    .name = "patience",
    .title = "Patience",
    .description = translatable("core", "Leaves when so many exits in a row agree; highest precision"),
    .line = {2, Dash::dash_dot, 1.6},
    .fit = fit_patience,
};

}  // namespace exitscope::policy
