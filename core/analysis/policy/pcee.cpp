// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include "core/analysis/policy/exit_rules.h"
#include "core/analysis/policy/fit_checks.h"
#include "core/analysis/policy/policies.h"

namespace exitscope::policy {
namespace {

constexpr std::size_t most_bins = 20;
/// Labelled samples that a bin should have.
constexpr std::size_t bin_samples = 20;

/// Accuracy of one exit's answers by confidence, in bins of equal counts on the fit split.
struct AccuracyTable {
    std::vector<float> upper;  ///< [bins - 1] ascending: a confidence belongs to the first bin whose edge it is below
    std::vector<double> accuracy;  ///< [bins]

    [[nodiscard]] double at(float confidence) const
    {
        const auto bin = std::upper_bound(upper.begin(), upper.end(), confidence);
        return accuracy[static_cast<std::size_t>(bin - upper.begin())];
    }
};

AccuracyTable make_table(const run::Split& fit, StateIndex state)
{
    std::vector<std::pair<float, bool>> answers;  // confidence, right
    for (std::size_t i = 0; i < fit.samples; ++i)
        if (fit.labels[i] >= 0)
            answers.emplace_back(fit.statistics[state.at()][i].maximum, fit.correct(state, SampleIndex(i)));
    std::sort(answers.begin(), answers.end());
    AccuracyTable table;
    const std::size_t bins = std::clamp<std::size_t>(answers.size() / bin_samples, 1, most_bins);
    for (std::size_t b = 1; b < bins; ++b)
        if (const float edge = answers[b * answers.size() / bins].first;
            edge > answers.front().first && (table.upper.empty() || edge > table.upper.back()))
            table.upper.push_back(edge);
    std::vector<std::size_t> right(table.upper.size() + 1, 0);
    std::vector<std::size_t> count(table.upper.size() + 1, 0);
    for (const auto& [confidence, is_right] : answers) {
        const auto bin = static_cast<std::size_t>(std::upper_bound(table.upper.begin(), table.upper.end(), confidence) -
                                                  table.upper.begin());
        ++count[bin];
        right[bin] += is_right;
    }
    for (std::size_t b = 0; b < count.size(); ++b)
        table.accuracy.push_back(static_cast<double>(right[b]) /
                                 static_cast<double>(std::max<std::size_t>(count[b], 1)));
    return table;
}

class TableScorer final : public ExitScorer {
public:
    TableScorer(Chain chain, std::vector<AccuracyTable> tables) : chain_(std::move(chain)), tables_(std::move(tables))
    {
    }

    void score(const run::Split& split, SampleIndex sample, std::size_t, std::span<double> scores) const override
    {
        for (std::size_t l = 0; l < scores.size(); ++l)
            scores[l] = tables_[l].at(split.statistics[chain_[l].at()][sample.at()].maximum);
    }

    ExitScore describe(std::size_t, std::size_t exit) const override
    {
        return {.kind = ExitScore::Kind::table, .edges = tables_[exit].upper, .values = tables_[exit].accuracy};
    }

private:
    Chain chain_;
    std::vector<AccuracyTable> tables_;
};

/// Performance control early exiting: leave where answers of this confidence were right at a rate of at least t on the
/// fit split; the knob is t.
Expected<FittedPtr> fit_pcee(const Context& context)
{
    if (Expected<void> ready = check_fit_split(context); !ready)
        return forward(ready);
    Chain chain = chain_to(context.run, context.run.full());
    const std::size_t early = chain.size() - 1;
    std::vector<AccuracyTable> tables;
    std::vector<double> grid{std::nextafter(1.0, 2.0)};  // out of reach: everybody goes to the last exit
    for (std::size_t l = 0; l < early; ++l) {
        tables.push_back(make_table(context.run.fit, chain[l]));
        grid.insert(grid.end(), tables.back().accuracy.begin(), tables.back().accuracy.end());
    }
    std::sort(grid.begin(), grid.end());
    grid.erase(std::unique(grid.begin(), grid.end()), grid.end());
    ChainRule rule;
    for (const double t : grid)
        rule.thresholds.insert(rule.thresholds.end(), early, t);
    rule.scorer = std::make_shared<TableScorer>(chain, std::move(tables));
    rule.chain = std::move(chain);
    return fit_knob(context, exit_rules(std::move(grid), {std::move(rule)}));
}

}  // namespace

constinit const Info pcee_policy{
    .name = "pcee",
    .title = "PCEE",
    .description =
        translatable("core", "Leaves where answers of this confidence were right often enough on the fit split; "
                             "highest precision"),
    .line = {1, Dash::dash_dot, 1.6},
    .fit = fit_pcee,
};

}  // namespace exitscope::policy
