// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/analyse/explain.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "core/analysis/policy/derived_run.h"
#include "core/analysis/policy/envelope.h"
#include "core/analysis/policy/gates.h"
#include "core/analysis/policy/registry.h"
#include "core/base/number_text.h"
#include "core/base/random.h"

namespace exitscope::analyse {
namespace {

/// "93 %", "2.1 %", "0.04 %": as many digits as matter.
std::string percent(double share)
{
    const double value = 100.0 * share;
    const double size = std::abs(value);
    std::string text = fixed_text(value, size < 0.095 ? 2 : size < 9.95 ? 1 : 0);
    if (text.ends_with(".0"))
        text.resize(text.size() - 2);
    return text + " %";
}

/// Probabilities near 1 are told apart by their distance from it.
std::string probability(double share)
{
    return fixed_text(100.0 * share, share > 0.9 ? 2 : 1) + " %";
}

std::string number(double value)
{
    return general_text(value, 3);
}

/// A difference of shares, in percentage points.
std::string points(double difference)
{
    return fixed_text(100.0 * difference, 2);
}

std::string exit_number(const run::Run& run, StateIndex state)
{
    return std::to_string(run.states[state.at()].exit.value + 1);
}

Sentence place(const run::Run& run, StateIndex state, bool asked, bool left)
{
    const std::string_view pattern = !asked ? translatable("core", "ran past exit %1 (%2)")
                                     : left ? translatable("core", "left at exit %1 (%2)")
                                            : translatable("core", "went on from exit %1 (%2)");
    return {pattern, {exit_number(run, state), run.states[state.at()].precision().name()}};
}

/// Words what a gate decided by.
class Wording {
public:
    explicit Wording(const run::Run& run) : run_(run) {}

    Sentence operator()(const policy::FixedStep&) const
    {
        return {translatable("core", "this model is fixed, whatever the image"), {}};
    }
    Sentence operator()(const policy::PlannedStep& step) const
    {
        return {translatable("core", "the plan for answers like this one, cluster %1 of %2 at lambda %3"),
                {std::to_string(step.cluster + 1), std::to_string(step.clusters), number(step.lambda)}};
    }
    Sentence operator()(const policy::ObjectiveTest& test) const
    {
        // The two predicted errors mean something by their difference alone.
        const double more = test.cost_best - test.cost_here;
        return {translatable("core",
                             "going on to exit %1 saves %2 points of predicted error for %3 more cost; at lambda "
                             "%4 it has to save %5"),
                {exit_number(run_, test.best), points(test.error_here - test.error_best), percent(more),
                 number(test.lambda), points(test.lambda * more)}};
    }
    Sentence operator()(const policy::ThresholdTest& test) const
    {
        using Kind = policy::ExitScore::Kind;
        switch (test.statistic) {
        case Kind::confidence:
            return {test.passed ? translatable("core", "the largest probability %1 passes the threshold %2")
                                : translatable("core", "the largest probability %1 does not pass the threshold %2"),
                    {probability(test.value), probability(test.threshold)}};
        case Kind::entropy:
            return {test.passed ? translatable("core", "the entropy %1 is below the threshold %2")
                                : translatable("core", "the entropy %1 is not below the threshold %2"),
                    {number(-test.value), number(-test.threshold)}};
        case Kind::margin:
            return {test.passed ? translatable("core", "the margin %1 passes the threshold %2")
                                : translatable("core", "the margin %1 does not pass the threshold %2"),
                    {probability(test.value), probability(test.threshold)}};
        case Kind::agreement:
            return {translatable("core", "exits in a row with this answer: %1, needed: %2"),
                    {number(test.value), number(test.threshold)}};
        case Kind::table:
            return {translatable("core", "answers as sure as this one were right in %1 of the fit split's cases, "
                                         "needed: %2"),
                    {percent(test.value), percent(test.threshold)}};
        case Kind::linear:
            return {test.passed ? translatable("core", "the learned score %1 passes the threshold %2")
                                : translatable("core", "the learned score %1 does not pass the threshold %2"),
                    {number(test.value), number(test.threshold)}};
        }
        return {};
    }

private:
    const run::Run& run_;
};

/// The gates of one point follow a sample as a deployed model does.
class Follower {
public:
    Follower(const run::Run& run, policy::GatesPtr gates, SampleIndex sample, StateIndex first)
        : run_(run), gates_(std::move(gates)), sample_(sample), heading_(first)
    {
    }
    /// Whether the state's answer is asked; then what decides there, nullopt where the way ends. States are visited in
    /// order.
    [[nodiscard]] bool asks(StateIndex state) const { return state == heading_ && gates_->reads(state); }
    [[nodiscard]] std::optional<policy::Judgement> visit(StateIndex state)
    {
        const std::uint16_t answer = run_.test.prediction[state.at()][sample_.at()];
        const bool read = gates_->reads(state);
        const unsigned agreeing = before_ && *before_ == answer ? agreeing_ + 1 : 1;
        std::optional<policy::Judgement> judgement;
        if (state == heading_) {
            const policy::Visit visit{run::evidence(run_.states, run_.test, state, sample_),
                                      run_.test.source_index[sample_.at()], agreeing};
            judgement = gates_->judge(state, visit);
            heading_ = gates_->next(state, visit);
        }
        if (read) {
            before_ = answer;
            agreeing_ = agreeing;
        }
        return judgement;
    }

private:
    const run::Run& run_;
    policy::GatesPtr gates_;
    SampleIndex sample_;
    StateIndex heading_;  ///< where the next decision is made
    std::optional<std::uint16_t> before_;
    unsigned agreeing_ = 0;
};

/// The point that decides this sample, and whether a draw chose between two.
std::pair<std::size_t, bool> point_of(const Analysis& analysis, const policy::Fitted& policy,
                                      const Decisions& decisions, SampleIndex sample)
{
    const policy::Mix mix = policy::at_budget(policy.points(), decisions.budget, policy.mixes());
    const double draw = hash_uniform(analysis.seed(), analysis.run().test.source_index[sample.at()]);
    return {mix.lower + (mix.upper_share > draw ? 1 : 0), mix.upper_share > 0};
}

/// Policies that no answer of the sample decides.
Sentence reason_without_gates(std::string_view policy)
{
    const policy::Info* info = policy::find(policy);
    return {info && info->oracle ? translatable("core", "the oracle knows the label")
                                 : translatable("core", "drawn by lot, whatever the image"),
            {}};
}

/// The columns of the inspector that no policy changes.
GateVisit facts(const Analysis& analysis, const cost::Costs& costs, SampleIndex sample, StateIndex state)
{
    const run::Run& run = analysis.run();
    GateVisit visit;
    visit.state = state;
    visit.prediction = run.test.prediction[state.at()][sample.at()];
    visit.statistics = run.test.statistics[state.at()][sample.at()];
    visit.relative_cost = costs.relative(state);

    const std::span<const StateIndex> terminals = analysis.predictors().terminals(state);
    std::vector<float> predicted(terminals.size());
    analysis.predictors().predict(state, run::evidence(run.states, run.test, state, sample), predicted);
    visit.predicted_error_here = predicted.front();
    std::size_t best = terminals.size() > 1 ? 1 : 0;
    for (std::size_t t = 2; t < terminals.size(); ++t)
        if (predicted[t] < predicted[best])
            best = t;
    visit.best_terminal = terminals[best];
    visit.best_predicted_error = predicted[best];
    visit.best_relative_cost = costs.relative(terminals[best]);
    return visit;
}

}  // namespace

std::vector<GateVisit> explain(const Analysis& analysis, const cost::Costs& costs, const policy::Fitted& policy,
                               const Decisions& decisions, SampleIndex sample)
{
    const run::Run& run = analysis.run();
    const StateIndex decided = decisions.state[sample.at()];
    const std::vector<StateIndex> way = policy::way_to(run.states, decided);
    const auto [point, drawn] = point_of(analysis, policy, decisions, sample);
    policy::GatesPtr gates = policy.gates(point);
    std::optional<Follower> follower;
    if (gates)
        follower.emplace(run, std::move(gates), sample, way.front());

    std::vector<GateVisit> visits;
    for (const StateIndex state : way) {
        GateVisit visit = facts(analysis, costs, sample, state);
        visit.left_here = state == decided;
        const bool asked = !follower || follower->asks(state);
        visit.place = place(run, state, asked, visit.left_here);
        if (!follower) {
            visit.reason = reason_without_gates(decisions.policy);
        } else {
            const std::optional<policy::Judgement> judgement = follower->visit(state);
            if (!asked)
                visit.reason = {translatable("core", "nothing is decided here"), {}};
            else if (!judgement)
                visit.reason = {run.states[state.at()].children.empty()
                                    ? translatable("core", "no stage is left")
                                    : translatable("core", "the chosen way ends here"),
                                {}};
            else if (drawn && std::holds_alternative<policy::FixedStep>(*judgement))
                visit.reason = {translatable("core", "one of two fixed models, drawn by lot"), {}};
            else
                visit.reason = std::visit(Wording(run), *judgement);
        }
        visits.push_back(std::move(visit));
    }
    return visits;
}

}  // namespace exitscope::analyse
