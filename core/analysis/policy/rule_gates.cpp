// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/rule_gates.h"

#include <algorithm>

#include "core/analysis/policy/derived_run.h"
#include "core/base/random.h"

namespace exitscope::policy {
namespace {

double score_of(const ExitScore& score, const Visit& visit)
{
    const run::Statistics& here = visit.evidence.here;
    switch (score.kind) {
    case ExitScore::Kind::confidence:
        return static_cast<double>(here.maximum) +
               (score.tie_seed ? tie_noise * hash_uniform(*score.tie_seed, visit.source) : 0.0);
    case ExitScore::Kind::entropy: return -static_cast<double>(here.entropy);
    case ExitScore::Kind::margin: return static_cast<double>(here.margin);
    case ExitScore::Kind::agreement: return visit.agreeing;
    case ExitScore::Kind::table: {
        const auto above = std::upper_bound(score.edges.begin(), score.edges.end(), here.maximum);
        return score.values[static_cast<std::size_t>(above - score.edges.begin())];
    }
    case ExitScore::Kind::linear: {
        const float statistics[] = {here.maximum, here.entropy, here.margin, here.square_entropy};
        double sum = 0;
        for (std::size_t d = 0; d < 4; ++d)
            sum += score.weights[d] * static_cast<double>((statistics[d] - score.mean[d]) * score.scale[d]);
        return sum + score.weights[4];
    }
    }
    return 0;
}

class RuleGates final : public Gates {
public:
    RuleGates(const std::vector<run::State>& states, DecisionRule rule)
        : rule_(std::move(rule)), entrance_(way_to(states, rule_.start)), asked_(states.size(), false)
    {
        asked_[rule_.start.at()] = true;
        for (const DecisionRule::Threshold& gate : rule_.thresholds)
            asked_[gate.state.at()] = asked_[gate.otherwise.at()] = true;
    }
    StateIndex root() const override { return entrance_.front(); }
    StateIndex next(StateIndex state, const Visit& visit) override
    {
        if (!asked_[state.at()])
            return rule_.start;
        const DecisionRule::Threshold* gate = gate_at(state);
        return !gate || test(*gate, visit).passed ? state : gate->otherwise;
    }
    std::optional<Judgement> judge(StateIndex state, const Visit& visit) override
    {
        const DecisionRule::Threshold* gate = gate_at(state);
        return gate ? std::optional<Judgement>(test(*gate, visit)) : std::nullopt;
    }
    bool reads(StateIndex state) const override { return asked_[state.at()]; }

private:
    [[nodiscard]] const DecisionRule::Threshold* gate_at(StateIndex state) const
    {
        const auto gate = std::find_if(rule_.thresholds.begin(), rule_.thresholds.end(),
                                       [state](const DecisionRule::Threshold& t) { return t.state == state; });
        return gate == rule_.thresholds.end() ? nullptr : &*gate;
    }
    [[nodiscard]] static ThresholdTest test(const DecisionRule::Threshold& gate, const Visit& visit)
    {
        const double score = score_of(gate.score, visit);
        return {gate.score.kind, score, gate.threshold,
                score > gate.threshold || (gate.or_equal && score == gate.threshold)};
    }

    DecisionRule rule_;
    std::vector<StateIndex> entrance_;  ///< the way to the first state that is asked
    std::vector<bool> asked_;           ///< [states]
};

}  // namespace

GatesPtr rule_gates(const std::vector<run::State>& states, DecisionRule rule)
{
    return std::make_unique<RuleGates>(states, std::move(rule));
}

}  // namespace exitscope::policy
