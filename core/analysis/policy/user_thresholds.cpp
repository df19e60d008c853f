// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/user_thresholds.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/analysis/policy/exit_rules.h"
#include "core/analysis/policy/fit_checks.h"
#include "core/analysis/policy/threshold_rules.h"

namespace exitscope::policy {
namespace {

using Statistic = UserThresholds::Statistic;

constexpr std::array<std::pair<Statistic, std::string_view>, 3> names = {{
    {Statistic::confidence, "confidence"},
    {Statistic::entropy, "entropy"},
    {Statistic::margin, "margin"},
}};

/// A score that rises with confidence.
double score_of(Statistic statistic, const run::Statistics& s)
{
    switch (statistic) {
    case Statistic::confidence: return static_cast<double>(s.maximum);
    case Statistic::entropy: return -static_cast<double>(s.entropy);
    case Statistic::margin: return static_cast<double>(s.margin);
    }
    return 0;
}

ExitScore::Kind kind_of(Statistic statistic)
{
    return statistic == Statistic::confidence ? ExitScore::Kind::confidence
           : statistic == Statistic::entropy  ? ExitScore::Kind::entropy
                                              : ExitScore::Kind::margin;
}

class StatisticScorer final : public ExitScorer {
public:
    StatisticScorer(Chain chain, Statistic statistic) : chain_(std::move(chain)), statistic_(statistic) {}

    void score(const run::Split& split, SampleIndex sample, std::size_t, std::span<double> scores) const override
    {
        for (std::size_t l = 0; l < scores.size(); ++l)
            scores[l] = score_of(statistic_, split.statistics[chain_[l].at()][sample.at()]);
    }
    ExitScore describe(std::size_t, std::size_t) const override { return {kind_of(statistic_)}; }

private:
    Chain chain_;
    Statistic statistic_;
};

/// The state of the measured run that ends the path.
Expected<StateIndex> end_of(const run::Run& measured, const std::string& path)
{
    if (path.empty())
        return measured.full();
    std::string known;
    for (std::size_t s = 0; s < measured.states.size(); ++s) {
        const run::State& state = measured.states[s];
        if (state.exit.at() + 1 != measured.exit_count())
            continue;
        if (state.name() == path)
            return StateIndex(s);
        if (known.size() < 200)
            known += (known.empty() ? "" : ", ") + state.name();
    }
    return fail(ErrorCode::usage, "--path", "the run has no path \"" + path + "\" to the last exit; it has " + known);
}

}  // namespace

constinit const Info thresholds_policy{
    .name = "thresholds",
    .title = "Thresholds",
    .description = translatable("core", "Leaves at the first exit whose statistic reaches the threshold given for it"),
    .line = {6, Dash::dashed, 1.8},
};

std::optional<Statistic> parse_statistic(std::string_view text)
{
    for (const auto& [statistic, known] : names)
        if (known == text)
            return statistic;
    return std::nullopt;
}

std::string_view name(Statistic statistic)
{
    return std::find_if(names.begin(), names.end(), [statistic](const auto& n) { return n.first == statistic; })
        ->second;
}

Expected<StateGraph> thresholds_graph(const run::Run& measured, const UserThresholds& choice)
{
    const std::size_t early = measured.exit_count() - 1;
    if (choice.thresholds.size() != early)
        return fail(ErrorCode::usage, "--thresholds",
                    std::to_string(choice.thresholds.size()) + " were given, and the run has " + std::to_string(early) +
                        " exits before the last, which takes none");
    for (const std::optional<double>& threshold : choice.thresholds)
        if (threshold && !std::isfinite(*threshold))
            return fail(ErrorCode::usage, "--thresholds", "a threshold is a finite number, or \"off\"");
    const Expected<StateIndex> end = end_of(measured, choice.path);
    if (!end)
        return tl::unexpected<Error>(end.error());
    StateGraph graph;
    for (const StateIndex head : way_to(measured.states, *end)) {
        const run::State& state = measured.states[head.at()];
        if (state.exit.at() < early && !choice.thresholds[state.exit.at()])
            continue;
        run::State kept{state.exit, state.path, {}, {}};
        if (!graph.states.empty())
            kept.parent = StateIndex(graph.states.size() - 1);
        graph.states.push_back(std::move(kept));
        graph.heads.push_back(head);
    }
    return graph;
}

Expected<FittedPtr> at_thresholds(const Context& context, const UserThresholds& choice)
{
    if (choice.statistic != Statistic::confidence)
        if (Expected<void> known = check_distribution(context, "--statistic", name(choice.statistic)); !known)
            return forward(known);
    ChainRule rule;
    rule.chain = chain_to(context.run, StateIndex(context.run.states.size() - 1));
    // Statistics are stored as floats, and a threshold means the float next to it: 0.9 is reached by 0.9F.
    const double sign = choice.statistic == Statistic::entropy ? -1 : 1;
    for (const std::optional<double>& threshold : choice.thresholds)
        if (threshold)
            rule.thresholds.push_back(sign * static_cast<double>(static_cast<float>(*threshold)));
    rule.scorer = std::make_shared<StatisticScorer>(rule.chain, choice.statistic);
    return fit_knob(context, exit_rules({0.0}, {std::move(rule)}));
}

}  // namespace exitscope::policy
