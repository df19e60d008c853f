// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <cmath>
#include <set>

#include "core/analysis/policy/escalation_graph.h"
#include "core/analysis/policy/policies.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
using namespace exitscope::policy;

namespace {

const run::RunPtr& measured()
{
    static const run::RunPtr run =
        tests::synthetic_run({.exits = 3, .fit_samples = 1500, .test_samples = 3000, .seed = 3});
    return run;
}

/// A fitted `escalate` with everything that its states belong to.
struct Bench {
    cost::Costs measured_costs = *cost::make_costs(*measured(), cost::Kind::bops);
    DerivedRun derived;
    cost::Costs costs;
    FittedPtr policy;

    Bench()
    {
        const auto graph = escalate_policy.graph({*measured(), measured_costs, nullptr});
        derived = *derive(*measured(), *graph, {Answers::pooled, false, 1});
        costs = *cost::derived_costs(*derived.run, measured_costs);
        policy = *escalate_policy.fit({*derived.run, costs, nullptr});
    }
};

/// Cost of one pass that asks some heads, from the stages' MACs.
double pass_cost(const run::Run& run, Precision precision, const std::set<std::size_t>& heads, std::size_t last)
{
    double cost = 0;
    for (std::size_t l = 0; l <= last; ++l) {
        const run::StageCost& stage = run.stage_costs[l];
        cost += (stage.trunk_macs - stage.trunk_pinned_macs) * precision.bops_per_mac() + stage.trunk_pinned_macs * 64;
        if (heads.contains(l))
            cost += (stage.head_macs - stage.head_pinned_macs) * precision.bops_per_mac() + stage.head_pinned_macs * 64;
    }
    return cost;
}

}  // namespace

class TestEscalate : public QObject {
    Q_OBJECT
private slots:
    void candidates_are_all_choices_of_heads()
    {
        const StateGraph graph = escalation_candidates(*measured());
        // Three precisions, two early heads: 1 + 2 + 4 prefixes a pass; for each of the three pairs of precisions and
        // four choices a second end, and a second early head where one was chosen.
        QCOMPARE(graph.states.size(), std::size_t(3 * 7 + 3 * (4 + 3)));
        std::set<std::string> ends;
        for (std::size_t s = 0; s < graph.states.size(); ++s) {
            const run::State& state = graph.states[s];
            QVERIFY(!state.parent || state.parent->at() < s);
            QCOMPARE(state.path.size(), std::size_t{state.exit.value + 1});
            const run::State& head = measured()->states[graph.heads[s].at()];
            QVERIFY(head.exit == state.exit && head.path == state.path);
            if (!state.first_pass.empty()) {
                QCOMPARE(state.first_pass.size(), std::size_t{3});
                QVERIFY(state.first_pass.front() < state.precision());
            }
        }
    }

    void many_early_heads_are_not_all_combined()
    {
        const run::RunPtr wide = tests::synthetic_run({.exits = 7,
                                                       .precisions = {{4, 4}, {8, 8}},
                                                       .schedule = run::Schedule::uniform,
                                                       .fit_samples = 20,
                                                       .test_samples = 20});
        const StateGraph graph = escalation_candidates(*wide);
        std::size_t second_ends = 0;
        for (const run::State& state : graph.states)
            second_ends += !state.first_pass.empty() && state.exit == ExitIndex(6);
        QCOMPARE(second_ends, std::size_t(1 + 6 + 15 + 1));
    }

    void both_passes_are_paid_and_skipped_heads_are_not()
    {
        const StateGraph graph = escalation_candidates(*measured());
        const auto derived = derive(*measured(), graph, {Answers::own, true, 1});
        const auto base = cost::make_costs(*measured(), cost::Kind::bops);
        const auto costs = cost::derived_costs(*derived->run, *base);
        QVERIFY(costs.has_value());
        QCOMPARE(costs->reference, base->reference);
        for (std::size_t s = 0; s < graph.states.size(); ++s) {
            std::set<std::size_t> first;
            std::set<std::size_t> second;
            for (const StateIndex visited : way_to(graph.states, StateIndex(s))) {
                const run::State& state = graph.states[visited.at()];
                (state.first_pass.empty() ? first : second).insert(state.exit.at());
            }
            const run::State& state = graph.states[s];
            const double expected = state.first_pass.empty()
                                        ? pass_cost(*measured(), state.precision(), first, state.exit.at())
                                        : pass_cost(*measured(), state.first_pass.front(), first, 2) +
                                              pass_cost(*measured(), state.precision(), second, state.exit.at());
            QVERIFY(std::abs(costs->state[s] - expected) <= 1e-9 * expected);
        }
    }

    void names_tell_both_passes()
    {
        const StateGraph graph = escalation_candidates(*measured());
        const auto found = std::find_if(graph.states.begin(), graph.states.end(), [](const run::State& s) {
            return !s.first_pass.empty() && s.exit == ExitIndex(1) && s.precision() == Precision{8, 8};
        });
        QVERIFY(found != graph.states.end());
        QVERIFY(found->name() == "w4a4-w4a4-w4a4|w8a8-w8a8" || found->name() == "w6a6-w6a6-w6a6|w8a8-w8a8");
    }

    void the_tree_keeps_its_states_and_gains_second_passes()
    {
        const StateGraph graph = tree_with_escalation(*measured());
        const std::size_t own = measured()->states.size();
        QCOMPARE(graph.states.size(), own + 3 * 2);
        for (std::size_t s = 0; s < own; ++s)
            QCOMPARE(graph.states[s].name(), measured()->states[s].name());
        const auto derived = derive(*measured(), graph, {Answers::own, true, 1});
        QVERIFY(derived->run->full() == measured()->full());
    }

    void pruning_keeps_the_ways()
    {
        const StateGraph graph = escalation_candidates(*measured());
        const StateIndex last(graph.states.size() - 1);
        const StateGraph one = pruned(graph, std::span(&last, 1));
        QCOMPARE(one.states.size(), way_to(graph.states, last).size());
        QCOMPARE(one.states.back().name(), graph.states.back().name());
        QVERIFY(!one.states.front().parent.has_value());
        for (std::size_t s = 1; s < one.states.size(); ++s)
            QVERIFY(one.states[s].parent == StateIndex(s - 1));
    }

    void decisions_follow_two_thresholds()
    {
        const Bench f;
        const run::Run& run = *f.derived.run;
        bool escalated = false;
        for (std::size_t p = 0; p < f.policy->points().size(); p += 3) {
            const double t = f.policy->points()[p].knob;
            const std::vector<StateIndex> states = f.policy->decide(run.test, p);
            // Nobody who left early is below t at that head or above it at one before, and over all images the end of
            // the cheap pass is at least as sure as those who went on from there.
            double least_kept = 2;
            double most_escalated = -1;
            for (std::size_t i = 0; i < states.size(); ++i) {
                const auto way = way_to(run.states, states[i]);
                for (const StateIndex visited : way) {
                    const run::State& state = run.states[visited.at()];
                    const double confidence = double(run.test.statistics[visited.at()][i].maximum);
                    if (!state.first_pass.empty())
                        continue;
                    if (state.exit != ExitIndex(2))
                        QVERIFY(visited == states[i] ? confidence > t : confidence <= t);
                    else if (visited == states[i])
                        least_kept = std::min(least_kept, confidence);
                    else
                        most_escalated = std::max(most_escalated, confidence);
                }
                escalated |= !run.states[states[i].at()].first_pass.empty();
            }
            QVERIFY(most_escalated < least_kept);
        }
        QVERIFY(escalated);
    }

    void points_are_what_the_decisions_give()
    {
        const Bench f;
        const run::Run& run = *f.derived.run;
        for (std::size_t p = 0; p < f.policy->points().size(); ++p) {
            const std::vector<StateIndex> states = f.policy->decide(run.fit, p);
            double cost = 0;
            double right = 0;
            for (std::size_t i = 0; i < states.size(); ++i) {
                cost += f.costs.relative(states[i]) / double(states.size());
                right += run.fit.correct(states[i], SampleIndex(i)) / double(states.size());
            }
            QVERIFY(std::abs(cost - f.policy->points()[p].fit_cost) < 1e-9);
            QVERIFY(std::abs(right - f.policy->points()[p].fit_accuracy) < 1e-9);
        }
    }

    void a_second_pass_that_is_always_right_is_used_for_the_unsure()
    {
        // The cheap pass is right when sure and wrong when not; the dear pass is always right.
        auto run = std::make_shared<run::Run>(*tests::synthetic_run(
            {.exits = 2, .precisions = {{4, 4}, {8, 8}}, .classes = 2, .fit_samples = 400, .test_samples = 400}));
        for (run::Split* split : {&run->fit, &run->test}) {
            for (std::size_t s = 0; s < run->states.size(); ++s) {
                const bool cheap = run->states[s].path.front() == Precision{4, 4};
                for (std::size_t i = 0; i < split->samples; ++i) {
                    const bool sure = i % 4 != 0;
                    const std::int32_t answer = cheap && !sure ? 1 - split->labels[i] : split->labels[i];
                    const float p = sure ? 0.99F : 0.6F;
                    split->prediction[s][i] = static_cast<std::uint16_t>(answer);
                    float* row = split->probabilities[s].data() + i * 2;
                    row[answer] = p;
                    row[1 - answer] = 1 - p;
                    split->statistics[s][i] = run::statistics({row, 2});
                }
            }
        }
        const auto costs = *cost::make_costs(*run, cost::Kind::bops);
        const auto graph = escalate_policy.graph({*run, costs, nullptr});
        QVERIFY(graph.has_value());
        // Own answers: what is tested here is the choice, not the pool.
        const auto derived = derive(*run, *graph, {Answers::own, false, 1});
        const auto derived_costs = *cost::derived_costs(*derived->run, costs);
        const auto fitted = *escalate_policy.fit({*derived->run, derived_costs, nullptr});
        const auto states = fitted->decide(derived->run->test, fitted->points().size() - 1);
        for (std::size_t i = 0; i < states.size(); ++i) {
            QVERIFY(derived->run->test.correct(states[i], SampleIndex(i)));
            QCOMPARE(!derived->run->states[states[i].at()].first_pass.empty(), i % 4 == 0);
        }
        QCOMPARE(fitted->points().back().fit_accuracy, 1.0);
    }

    void works_without_probabilities_and_with_one_of_everything()
    {
        for (const auto& options :
             {tests::SyntheticOptions{.exits = 2, .precisions = {{4, 4}, {8, 8}}, .probabilities = false},
              tests::SyntheticOptions{.exits = 1, .precisions = {{8, 8}}, .fit_samples = 100},
              tests::SyntheticOptions{.exits = 3, .precisions = {{8, 8}}, .fit_samples = 100}}) {
            const run::RunPtr run = tests::synthetic_run(options);
            const auto costs = *cost::make_costs(*run, cost::Kind::bops);
            const auto graph = escalate_policy.graph({*run, costs, nullptr});
            QVERIFY(graph.has_value());
            QVERIFY(!graph->states.empty());
        }
    }
};

QTEST_APPLESS_MAIN(TestEscalate)
#include "tst_escalate.moc"
