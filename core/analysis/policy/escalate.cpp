// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>

#include "core/analysis/policy/confidence.h"
#include "core/analysis/policy/escalation_graph.h"
#include "core/analysis/policy/fit_checks.h"
#include "core/analysis/policy/knob_policy.h"
#include "core/analysis/policy/policies.h"
#include "core/analysis/policy/sweep.h"
#include "core/analysis/policy/threshold_rules.h"

namespace exitscope::policy {
namespace {

/// Shares of the images of the fit split that would escalate if all reached the end of the cheap pass: candidates for
/// the second threshold.
constexpr std::array escalated_shares = {0.0025, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.065, 0.08, 0.10, 0.12,
                                         0.15,   0.18,  0.22, 0.27, 0.33, 0.40, 0.50, 0.65,  0.80, 1.0};

/// Leave at an early head whose confidence is above t, at the end of the cheap pass from confidence u on, else at the
/// end of the second pass (methods.md#escalation). t is the knob.
struct EscalationRule {
    std::vector<StateIndex> gates;  ///< early heads of the cheap pass
    StateIndex end;                 ///< of the cheap pass
    StateIndex second;              ///< end of the second pass; `end` without one
    float u = 0;
};

class EscalationTracer final : public Tracer {
public:
    EscalationTracer(const run::Split& split, std::span<const EscalationRule> rules, std::span<const double> thresholds)
        : split_(split), rules_(rules), thresholds_(thresholds)
    {
    }

    std::span<const Sweep::Break> trace(SampleIndex sample, std::size_t index) override
    {
        const EscalationRule& rule = rules_[index];
        breaks_.clear();
        auto from = thresholds_.begin();  // the sample reaches this head from this threshold on
        for (const StateIndex gate : rule.gates) {
            const auto until = std::lower_bound(from, thresholds_.end(), double(confidence(gate, sample)));
            if (until != from)
                leave(from, gate);
            from = until;
        }
        if (from != thresholds_.end())
            leave(from, confidence(rule.end, sample) >= rule.u ? rule.end : rule.second);
        return breaks_;
    }

private:
    using Position = std::span<const double>::iterator;
    [[nodiscard]] float confidence(StateIndex state, SampleIndex sample) const
    {
        return split_.statistics[state.at()][sample.at()].maximum;
    }
    void leave(Position from, StateIndex state)
    {
        breaks_.push_back({static_cast<std::uint32_t>(from - thresholds_.begin()), state});
    }

    const run::Split& split_;
    std::span<const EscalationRule> rules_;
    std::span<const double> thresholds_;
    std::vector<Sweep::Break> breaks_;
};

class EscalationRules final : public KnobRules {
public:
    EscalationRules(std::vector<EscalationRule> rules, std::vector<double> thresholds)
        : rules_(std::move(rules)), thresholds_(std::move(thresholds))
    {
    }
    std::size_t rules() const override { return rules_.size(); }
    std::span<const double> grid() const override { return thresholds_; }
    std::unique_ptr<Tracer> tracer(const run::Split& split) const override
    {
        return std::make_unique<EscalationTracer>(split, rules_, thresholds_);
    }
    std::optional<DecisionRule> decision_rule(std::size_t index, std::size_t position) const override
    {
        const EscalationRule& rule = rules_[index];
        DecisionRule made;
        made.start = rule.gates.empty() ? rule.end : rule.gates.front();
        for (std::size_t g = 0; g < rule.gates.size(); ++g)
            made.thresholds.push_back({rule.gates[g],
                                       {},
                                       thresholds_[position],
                                       false,
                                       g + 1 < rule.gates.size() ? rule.gates[g + 1] : rule.end});
        if (rule.second != rule.end)
            made.thresholds.push_back({rule.end, {}, double(rule.u), true, rule.second});
        return made;
    }

private:
    std::vector<EscalationRule> rules_;
    std::vector<double> thresholds_;  ///< ascending
};

bool is_end(const run::Run& run, const run::State& state)
{
    return state.exit.at() + 1 == run.exit_count();
}

/// Confidences of the fit split at one state that the shares above leave below them, ascending.
std::vector<float> second_thresholds(const run::Run& run, StateIndex end)
{
    std::vector<float> confidences;
    for (const run::Statistics& s : run.fit.statistics[end.at()])
        confidences.push_back(s.maximum);
    std::sort(confidences.begin(), confidences.end());
    std::vector<float> thresholds;
    for (const double share : escalated_shares) {
        const auto rank = static_cast<std::size_t>(share * static_cast<double>(confidences.size()));
        thresholds.push_back(rank < confidences.size() ? confidences[rank] : 2.0F);
    }
    thresholds.erase(std::unique(thresholds.begin(), thresholds.end()), thresholds.end());
    return thresholds;
}

/// One rule per cheap pass without escalation, and one per second pass and threshold u.
std::vector<EscalationRule> rules_of(const run::Run& run, const cost::Costs& costs)
{
    std::vector<EscalationRule> rules;
    for (std::size_t s = 0; s < run.states.size(); ++s) {
        if (!is_end(run, run.states[s]) || !costs.offers(StateIndex(s)))
            continue;
        EscalationRule rule{{}, StateIndex(s), StateIndex(s), 0};
        for (const StateIndex state : way_to(run.states, StateIndex(s))) {
            if (!run.states[state.at()].first_pass.empty())
                continue;
            if (is_end(run, run.states[state.at()]))
                rule.end = state;
            else
                rule.gates.push_back(state);
        }
        if (rule.second == rule.end) {
            rules.push_back(std::move(rule));
            continue;
        }
        for (const float u : second_thresholds(run, rule.end)) {
            rule.u = u;
            rules.push_back(rule);
        }
    }
    return rules;
}

Expected<FittedPtr> fit_rules(const Context& context)
{
    if (Expected<void> ready = check_fit_split(context); !ready)
        return forward(ready);
    std::vector<EscalationRule> rules = rules_of(context.run, context.costs);
    std::vector<StateIndex> gates;
    for (const EscalationRule& rule : rules)
        gates.insert(gates.end(), rule.gates.begin(), rule.gates.end());
    std::vector<double> thresholds = threshold_grid(context.run, confidence_score(), std::move(gates));
    return fit_knob(context, std::make_shared<EscalationRules>(std::move(rules), std::move(thresholds)));
}

/// Adds the states that a rule of thresholds asks, whether or not a sample of the fit split reaches them.
void add_states(const DecisionRule& rule, std::vector<StateIndex>& states)
{
    states.push_back(rule.start);
    for (const DecisionRule::Threshold& threshold : rule.thresholds)
        states.insert(states.end(), {threshold.state, threshold.otherwise});
}

/// Searches all candidates on the fit split and keeps what the points of the envelope use: also the end of a cheap pass
/// that no sample of the fit split reaches, since those of the test split may.
Expected<StateGraph> escalate_graph(const Context& measured)
{
    const StateGraph candidates = escalation_candidates(measured.run);
    const Expected<DerivedRun> derived =
        derive(measured.run, candidates, {best_answers(measured.run), true, measured.threads});
    if (!derived)
        return tl::unexpected<Error>(derived.error());
    const Expected<cost::Costs> costs = cost::derived_costs(*derived->run, measured.costs);
    if (!costs)
        return tl::unexpected<Error>(costs.error());
    const Expected<FittedPtr> fitted = fit_rules({*derived->run, *costs, nullptr, measured.seed, measured.threads});
    if (!fitted)
        return tl::unexpected<Error>(fitted.error());

    std::vector<StateIndex> used;
    for (std::size_t p = 0; p < (*fitted)->points().size(); ++p) {
        const std::vector<StateIndex> states = (*fitted)->decide(derived->run->fit, p);
        used.insert(used.end(), states.begin(), states.end());
        add_states(*(*fitted)->rule(p), used);
        std::sort(used.begin(), used.end());
        used.erase(std::unique(used.begin(), used.end()), used.end());
    }
    return pruned(candidates, used);
}

Expected<FittedPtr> fit_escalate(const Context& context)
{
    return fit_rules(context);
}

}  // namespace

constinit const Info escalate_policy{
    .name = "escalate",
    .title = "Escalation",
    .description =
        translatable("core", "A complete cheap pass with early exits first; images still uncertain at its end run "
                             "again at a higher precision; every answer pools all heads visited"),
    .line = {3, Dash::solid, 2.2},
    .fit = fit_escalate,
    .graph = escalate_graph,
};

}  // namespace exitscope::policy
