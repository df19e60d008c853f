// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <cmath>
#include <map>

#include "core/analysis/policy/policies.h"
#include "core/analysis/policy/quee_rules.h"
#include "core/analysis/policy/sweep.h"
#include "core/analysis/predict/fit.h"
#include "core/analysis/predict/targets.h"
#include "core/base/random.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
using namespace exitscope::policy;

namespace {

/// methods.md#quee-decision, word for word: argmin over all reachable terminals at every gate, the cheapest of equals.
StateIndex slow_decision(const run::Run& run, const cost::Costs& costs, const predict::Predictors& predictors,
                         const run::Split& split, std::size_t sample, StateIndex root, double lambda)
{
    StateIndex state = root;
    while (true) {
        const auto terminals = predictors.terminals(state);
        std::vector<float> predicted(terminals.size());
        predictors.compare(state, run::evidence(run.states, split, state, SampleIndex(sample)), predicted);
        StateIndex best = state;
        double least = 1e30;
        for (std::size_t t = 0; t < terminals.size(); ++t) {
            const double j = double(predicted[t]) + lambda * (costs.relative(terminals[t]) - costs.relative(state));
            const bool cheaper = costs.relative(terminals[t]) < costs.relative(best);
            if (j < least - 1e-12 || (j < least + 1e-12 && cheaper)) {
                least = std::min(j, least);
                best = terminals[t];
            }
        }
        if (best == state)
            return state;
        while (run.states[best.at()].parent != state)
            best = *run.states[best.at()].parent;
        state = best;
    }
}

/// Knows every outcome: a sample's position in the fit split is written into its statistics.
class PerfectPredictors final : public predict::Predictors {
public:
    explicit PerfectPredictors(const run::Run& run) : run_(run), terminals_(predict::reachable_terminals(run)) {}
    std::span<const StateIndex> terminals(StateIndex gate) const override { return terminals_[gate.at()]; }
    void predict(StateIndex gate, const run::Evidence& features, std::span<float> out) const override
    {
        const SampleIndex sample(static_cast<std::size_t>(features.here.maximum));
        for (std::size_t t = 0; t < out.size(); ++t)
            out[t] = run_.fit.correct(terminals_[gate.at()][t], sample) ? 0.0F : 1.0F;
    }

private:
    const run::Run& run_;
    std::vector<std::vector<StateIndex>> terminals_;
};

run::RunPtr small_run(run::Schedule schedule = run::Schedule::free, std::size_t exits = 3)
{
    return tests::synthetic_run({.exits = exits,
                                 .precisions = {{4, 4}, {6, 6}, {8, 8}},
                                 .schedule = schedule,
                                 .fit_samples = 800,
                                 .test_samples = 800,
                                 .probabilities = false});
}

predict::PredictorsPtr predictors_of(const run::Run& run, predict::Method method, std::size_t clusters = 16)
{
    return *predict::fit(run, {.method = method, .clusters = clusters});
}

/// Two exits, one precision, two kinds of samples told apart by their confidence. Easy ones are wrong in 5 of 100 cases
/// at both exits; hard ones in 60 at the first and in 10 at the second. Going on pays for the hard ones alone, and only
/// while lambda * step < 0.5.
run::Run known_problem()
{
    run::Run run;
    run.classes = 2;
    run.class_names = {"a", "b"};
    run.exit_names = {"first", "second"};
    run.precisions = {{8, 8}};
    run.states = run::enumerate_states(2, run.precisions, run::Schedule::free);
    run.link();
    run.stage_costs.assign(2, run::StageCost{});
    run.stage_costs[0].trunk_macs = 40;
    run.stage_costs[1].trunk_macs = 60;
    for (run::Split* split : {&run.fit, &run.test}) {
        split->samples = 1000;
        split->labels.assign(1000, 1);
        split->prediction.assign(2, std::vector<std::uint16_t>(1000, 1));
        split->statistics.resize(2);
        for (std::uint32_t i = 0; i < 1000; ++i) {
            split->source_index.push_back(i);
            const bool hard = i % 2 == 1;
            const std::uint32_t rank = i / 2 % 100;
            split->prediction[0][i] = rank >= (hard ? 60U : 5U);
            split->prediction[1][i] = (rank * 37 + 11) % 100 >= (hard ? 10U : 5U);
            for (int s = 0; s < 2; ++s)
                split->statistics[static_cast<std::size_t>(s)].push_back(
                    hard ? run::Statistics{0.6F, 0.6F, 0.2F, 0.5F} : run::Statistics{0.95F, 0.2F, 0.9F, 0.1F});
        }
    }
    return run;
}

}  // namespace

class TestQuee : public QObject {
    Q_OBJECT
private slots:
    void decides_as_the_method_says_data()
    {
        QTest::addColumn<int>("method");
        QTest::addColumn<int>("schedule");
        QTest::newRow("spline, free") << int(predict::Method::spline) << int(run::Schedule::free);
        QTest::newRow("table, free") << int(predict::Method::table) << int(run::Schedule::free);
        QTest::newRow("spline, non-decreasing") << int(predict::Method::spline) << int(run::Schedule::non_decreasing);
        QTest::newRow("spline, uniform") << int(predict::Method::spline) << int(run::Schedule::uniform);
    }
    void decides_as_the_method_says()
    {
        QFETCH(int, method);
        QFETCH(int, schedule);
        const run::RunPtr run = small_run(run::Schedule(schedule));
        const auto costs = cost::make_costs(*run, cost::Kind::bops);
        const auto predictors = predictors_of(*run, predict::Method(method));
        const auto rules = quee_rules(*run, *costs, predictors);
        const auto tracer = rules->tracer(run->test);
        QCOMPARE(rules->rules(), run->roots().size());
        for (std::size_t r = 0; r < rules->rules(); ++r)
            for (std::size_t i = 0; i < 60; ++i) {
                const auto span = tracer->trace(SampleIndex(i), r);
                const std::vector<Sweep::Break> breaks(span.begin(), span.end());
                QCOMPARE(breaks.front().point, 0U);
                for (std::size_t g = 0; g < rules->grid().size(); g += 3)
                    QVERIFY(Sweep::state_at(breaks, g) ==
                            slow_decision(*run, *costs, *predictors, run->test, i, run->roots()[r], rules->grid()[g]));
            }
    }

    void lambda_zero_takes_the_smallest_error_and_a_large_one_the_cheapest_state()
    {
        const run::RunPtr run = small_run(run::Schedule::free, 2);
        const auto costs = cost::make_costs(*run, cost::Kind::bops);
        const auto predictors = predictors_of(*run, predict::Method::mlp);
        const auto rules = quee_rules(*run, *costs, predictors);
        const auto tracer = rules->tracer(run->test);
        QCOMPARE(rules->grid().back(), 0.0);
        for (std::size_t r = 0; r < rules->rules(); ++r)
            for (std::size_t i = 0; i < run->test.samples; ++i) {
                const StateIndex root = run->roots()[r];
                const auto terminals = predictors->terminals(root);
                std::vector<float> predicted(terminals.size());
                predictors->predict(root, run::evidence(run->states, run->test, root, SampleIndex(i)), predicted);
                const auto least = std::min_element(predicted.begin(), predicted.end()) - predicted.begin();
                const auto breaks = tracer->trace(SampleIndex(i), r);
                QVERIFY(breaks.back().state == terminals[static_cast<std::size_t>(least)]);
                QVERIFY(breaks.front().state == root);
            }
    }

    void at_one_decision_point_cost_never_falls_with_lambda()
    {
        const run::RunPtr run = small_run(run::Schedule::free, 2);
        const auto costs = cost::make_costs(*run, cost::Kind::bops);
        const auto rules = quee_rules(*run, *costs, predictors_of(*run, predict::Method::mlp));
        const auto tracer = rules->tracer(run->test);
        for (std::size_t i = 0; i < run->test.samples; ++i) {
            const auto breaks = tracer->trace(SampleIndex(i), 0);
            for (std::size_t b = 1; b < breaks.size(); ++b)
                QVERIFY(costs->relative(breaks[b].state) > costs->relative(breaks[b - 1].state));
        }
    }

    void one_cluster_gives_the_best_constant_path()
    {
        const run::RunPtr run = small_run();
        const auto costs = cost::make_costs(*run, cost::Kind::bops);
        const auto predictors = predictors_of(*run, predict::Method::table, 1);
        for (const bool replan : {true, false}) {
            const auto rules = quee_rules(*run, *costs, predictors, {.replan = replan});
            const auto tracer = rules->tracer(run->test);
            for (std::size_t r = 0; r < rules->rules(); ++r) {
                const StateIndex root = run->roots()[r];
                const auto terminals = predictors->terminals(root);
                std::vector<float> error(terminals.size());
                predictors->predict(root, run::evidence(run->states, run->test, root, SampleIndex(0)), error);
                for (std::size_t i = 0; i < run->test.samples; i += 40) {
                    const auto breaks = tracer->trace(SampleIndex(i), r);
                    for (std::size_t g = 0; g < rules->grid().size(); g += 5) {
                        const auto objective = [&](std::size_t t) {
                            return double(error[t]) + rules->grid()[g] * costs->relative(terminals[t]);
                        };
                        double least = 1e30;
                        double chosen = 0;
                        for (std::size_t t = 0; t < terminals.size(); ++t) {
                            least = std::min(least, objective(t));
                            if (terminals[t] == Sweep::state_at(breaks, g))
                                chosen = objective(t);
                        }
                        QVERIFY(chosen < least + 1e-9);
                    }
                }
            }
        }
    }

    void open_loop_decides_all_at_the_first_gate()
    {
        const run::RunPtr run = small_run();
        const auto costs = cost::make_costs(*run, cost::Kind::bops);
        const auto predictors = predictors_of(*run, predict::Method::table);
        const auto rules = quee_rules(*run, *costs, predictors, {.replan = false});
        const auto tracer = rules->tracer(run->test);
        const StateIndex root = run->roots()[0];
        const auto terminals = predictors->terminals(root);
        std::vector<float> error(terminals.size());
        for (std::size_t i = 0; i < 50; ++i) {
            predictors->predict(root, run::evidence(run->states, run->test, root, SampleIndex(i)), error);
            const auto breaks = tracer->trace(SampleIndex(i), 0);
            for (std::size_t g = 0; g < rules->grid().size(); g += 5) {
                double least = 1e30;
                double chosen = 0;
                for (std::size_t t = 0; t < terminals.size(); ++t) {
                    const double j = double(error[t]) + rules->grid()[g] * costs->relative(terminals[t]);
                    least = std::min(least, j);
                    if (terminals[t] == Sweep::state_at(breaks, g))
                        chosen = j;
                }
                QVERIFY(chosen < least + 1e-9);
            }
        }
    }

    void a_stricter_schedule_is_kept()
    {
        const run::RunPtr run = small_run();
        const auto costs = cost::make_costs(*run, cost::Kind::bops);
        const auto predictors = predictors_of(*run, predict::Method::table);
        for (const run::Schedule schedule :
             {run::Schedule::non_increasing, run::Schedule::non_decreasing, run::Schedule::uniform}) {
            const auto rules = quee_rules(*run, *costs, predictors, {.schedules = {schedule}});
            const auto tracer = rules->tracer(run->test);
            bool deep = false;
            for (std::size_t r = 0; r < rules->rules(); ++r)
                for (std::size_t i = 0; i < 100; ++i)
                    for (const Sweep::Break& b : tracer->trace(SampleIndex(i), r)) {
                        QVERIFY(run::obeys(schedule, run->states[b.state.at()].path));
                        deep |= run->states[b.state.at()].path.size() == 3;
                    }
            QVERIFY(deep);
        }
    }

    void a_perfect_predictor_is_the_oracle_below_each_root()
    {
        run::Run run = *small_run();
        for (auto& column : run.fit.statistics)
            for (std::size_t i = 0; i < column.size(); ++i)
                column[i].maximum = static_cast<float>(i);
        const auto costs = cost::make_costs(run, cost::Kind::bops);
        const auto predictors = std::make_shared<PerfectPredictors>(run);
        const auto rules = quee_rules(run, *costs, predictors);
        const auto tracer = rules->tracer(run.fit);
        for (std::size_t r = 0; r < rules->rules(); ++r) {
            const auto below = predictors->terminals(run.roots()[r]);
            for (std::size_t i = 0; i < run.fit.samples; ++i) {
                const auto breaks = tracer->trace(SampleIndex(i), r);
                for (std::size_t g = 0; g < rules->grid().size(); g += 7) {
                    const double lambda = rules->grid()[g];
                    const auto objective = [&](StateIndex s) {
                        return (run.fit.correct(s, SampleIndex(i)) ? 0.0 : 1.0) + lambda * costs->relative(s);
                    };
                    double least = 1e30;
                    for (const StateIndex m : below)
                        least = std::min(least, objective(m));
                    QVERIFY(objective(Sweep::state_at(breaks, g)) < least + 1e-9);
                }
            }
        }
    }

    void one_precision_is_pure_early_exit()
    {
        const run::RunPtr run = tests::synthetic_run(
            {.exits = 4, .precisions = {{8, 8}}, .fit_samples = 800, .test_samples = 800, .probabilities = false});
        QCOMPARE(run->states.size(), std::size_t{4});
        const auto costs = cost::make_costs(*run, cost::Kind::bops);
        const Context context{*run, *costs, predictors_of(*run, predict::Method::spline)};
        const auto quee = quee_policy.fit(context);
        QVERIFY(quee.has_value());
        QCOMPARE((*quee)->points().front().fit_cost, costs->relative(StateIndex(0)));
        std::vector<std::size_t> visited(4, 0);
        for (std::size_t p = 0; p < (*quee)->points().size(); ++p)
            for (const StateIndex state : (*quee)->decide(run->test, p))
                ++visited[state.at()];
        QVERIFY(visited[0] > 0 && visited[1] > 0 && visited[3] > 0);
    }

    void finds_the_optimum_of_a_known_problem()
    {
        const run::Run run = known_problem();
        const auto costs = cost::make_costs(run, cost::Kind::macs);
        const Context context{
            run, *costs, *predict::fit(run, {.method = predict::Method::table, .clusters = 2, .pseudo_counts = 0})};
        const auto rules = quee_rules(run, *costs, context.predictors);
        const auto tracer = rules->tracer(run.test);
        for (std::size_t g = 0; g < rules->grid().size(); ++g) {
            const bool goes_on = rules->grid()[g] * 0.6 < 0.5;
            QVERIFY(Sweep::state_at(tracer->trace(SampleIndex(0), 0), g) == StateIndex(0));
            QVERIFY(Sweep::state_at(tracer->trace(SampleIndex(1), 0), g) == StateIndex(goes_on ? 1 : 0));
        }
        const auto fitted = quee_policy.fit(context);
        QVERIFY(fitted.has_value());
        const auto points = (*fitted)->points();
        QVERIFY(points.size() >= 2);
        QVERIFY(std::abs(points.front().fit_cost - 0.4) < 1e-12);
        QVERIFY(std::abs(points.front().fit_accuracy - 0.675) < 1e-12);
        QVERIFY(std::abs(points.back().fit_cost - 0.7) < 1e-12);
        QVERIFY(std::abs(points.back().fit_accuracy - 0.925) < 1e-12);
    }

    void backward_induction_finds_the_same_optimum()
    {
        const run::Run run = known_problem();
        const auto costs = cost::make_costs(run, cost::Kind::macs);
        const auto fitted = quee_dp_policy.fit({run, *costs, nullptr});
        QVERIFY(fitted.has_value());
        const auto points = (*fitted)->points();
        QVERIFY(std::abs(points.front().fit_cost - 0.4) < 1e-12);
        QVERIFY(std::abs(points.back().fit_cost - 0.7) < 1e-12);
        QVERIFY(std::abs(points.back().fit_accuracy - 0.925) < 1e-12);
        for (std::size_t p = 0; p < points.size(); ++p) {
            const std::vector<StateIndex> states = (*fitted)->decide(run.test, p);
            QVERIFY(states[0] == StateIndex(0));
            // the model of all samples: going on is worth 0.5 (a little less after shrinkage) for 0.6 of the cost
            if (std::abs(points[p].knob * 0.6 - 0.5) > 0.03)
                QVERIFY(states[1] == StateIndex(points[p].knob * 0.6 < 0.5 ? 1 : 0));
        }
    }

    void needs_predictors()
    {
        const run::RunPtr run = small_run();
        const auto costs = cost::make_costs(*run, cost::Kind::bops);
        QVERIFY(!quee_policy.fit({*run, *costs, nullptr}));
    }
};

QTEST_APPLESS_MAIN(TestQuee)
#include "tst_quee.moc"
