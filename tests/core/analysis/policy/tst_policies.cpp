// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <algorithm>
#include <cmath>

#include "core/analysis/policy/policy.h"
#include "core/analysis/policy/registry.h"
#include "core/analysis/predict/fit.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
using namespace exitscope::policy;

namespace {

struct Bench {
    run::RunPtr run;
    cost::Costs costs;
    predict::PredictorsPtr predictors;

    explicit Bench(const tests::SyntheticOptions& options)
        : run(tests::synthetic_run(options)), costs(*cost::make_costs(*run, cost::Kind::bops)),
          predictors(*predict::fit(*run, {}))
    {
    }
    [[nodiscard]] Context context(unsigned threads = 1) const { return {*run, costs, predictors, 1, threads}; }
};

const Bench& bench()
{
    static const Bench shared({.exits = 3, .fit_samples = 1500, .test_samples = 5000, .probabilities = false});
    return shared;
}

struct Score {
    double cost = 0;
    double accuracy = 0;
};
Score score(const run::Split& split, const cost::Costs& costs, const std::vector<StateIndex>& states)
{
    Score s;
    for (std::size_t i = 0; i < states.size(); ++i) {
        s.cost += costs.relative(states[i]) / double(states.size());
        s.accuracy += split.correct(states[i], SampleIndex(i)) / double(states.size());
    }
    return s;
}

}  // namespace

class TestPolicies : public QObject {
    Q_OBJECT
    static void all_policies()
    {
        QTest::addColumn<QString>("name");
        for (const Info& info : registry())
            QTest::newRow(info.name.data()) << QString::fromUtf8(info.name.data(), qsizetype(info.name.size()));
    }

private slots:
    void the_registry_has_stable_names()
    {
        for (const char* name : {"quee", "quee-table", "quee-dp", "escalate", "quee-escalate", "confidence", "entropy",
                                 "margin", "composite", "static", "static-hull", "random", "oracle", "oracle-cheapest"})
            QVERIFY(find(name));
        QVERIFY(!find("quee "));
        for (const Info& info : registry())
            QVERIFY(!info.title.empty() && !info.description.empty() && info.description.back() != '.');
    }

    void points_are_what_the_decisions_give_on_the_fit_split_data() { all_policies(); }
    void points_are_what_the_decisions_give_on_the_fit_split()
    {
        QFETCH(QString, name);
        const auto fitted = find(name.toStdString())->fit(bench().context());
        QVERIFY(fitted.has_value());
        const auto points = (*fitted)->points();
        QVERIFY(!points.empty());
        // The random policy's points are expectations over its draws.
        const double slack = name == "random" ? 0.04 : 1e-9;
        for (std::size_t p = 0; p < points.size(); ++p) {
            QVERIFY(p == 0 || points[p].fit_cost > points[p - 1].fit_cost);
            const Score s = score(bench().run->fit, bench().costs, (*fitted)->decide(bench().run->fit, p));
            QVERIFY(std::abs(s.cost - points[p].fit_cost) <= slack);
            QVERIFY(std::abs(s.accuracy - points[p].fit_accuracy) <= slack);
        }
    }

    void a_sweep_is_all_decisions_at_once_data() { all_policies(); }
    void a_sweep_is_all_decisions_at_once()
    {
        QFETCH(QString, name);
        const auto fitted = find(name.toStdString())->fit(bench().context(3));
        const auto alone = find(name.toStdString())->fit(bench().context(1));
        QVERIFY(fitted.has_value() && alone.has_value());
        const run::Split& test = bench().run->test;
        const Sweep one = (*fitted)->sweep(test, 1);
        const Sweep three = (*alone)->sweep(test, 3);
        QCOMPARE(one.points(), (*fitted)->points().size());
        QCOMPARE(three.points(), one.points());
        for (std::size_t p = 0; p < one.points(); ++p) {
            const std::vector<StateIndex> states = (*fitted)->decide(test, p);
            for (std::size_t i = 0; i < test.samples; ++i) {
                QVERIFY(one.state(SampleIndex(i), p) == states[i]);
                QVERIFY(three.state(SampleIndex(i), p) == states[i]);
            }
        }
    }

    void nobody_ends_in_a_state_that_is_not_offered_data() { all_policies(); }
    void nobody_ends_in_a_state_that_is_not_offered()
    {
        QFETCH(QString, name);
        if (name.startsWith("oracle"))
            QSKIP("oracles are bounds over everything that was measured");
        Bench slow({.exits = 3, .fit_samples = 1500, .test_samples = 10, .probabilities = false});
        // As if the middle precision took as long as the finest.
        for (const run::State& state : slow.run->states)
            slow.costs.offered.push_back(std::count(state.path.begin(), state.path.end(), Precision{6, 6}) == 0);
        const auto fitted = find(name.toStdString())->fit(slow.context());
        QVERIFY(fitted.has_value());
        for (std::size_t p = 0; p < (*fitted)->points().size(); ++p)
            for (const StateIndex state : (*fitted)->decide(slow.run->fit, p))
                QVERIFY2(slow.costs.offers(state), slow.run->states[state.at()].name().c_str());
    }

    void no_policy_lies_above_the_oracle_data() { all_policies(); }
    void no_policy_lies_above_the_oracle()
    {
        QFETCH(QString, name);
        const run::Run& run = *bench().run;
        const auto fitted = find(name.toStdString())->fit(bench().context());
        const auto oracle = find("oracle")->fit(bench().context());
        QVERIFY(fitted.has_value() && oracle.has_value());
        std::vector<Score> hull;
        for (std::size_t p = 0; p < (*oracle)->points().size(); ++p)
            hull.push_back(score(run.test, bench().costs, (*oracle)->decide(run.test, p)));
        for (std::size_t p = 0; p < (*fitted)->points().size(); ++p) {
            const Score s = score(run.test, bench().costs, (*fitted)->decide(run.test, p));
            for (double lambda = 1e-3; lambda < 50; lambda *= 1.3) {
                double best = -1e9;
                for (const Score& o : hull)
                    best = std::max(best, o.accuracy - lambda * o.cost);
                QVERIFY(s.accuracy - lambda * s.cost <= best + 1e-3);
            }
        }
    }

    void the_oracle_minimises_error_plus_cost()
    {
        const run::Run& run = *bench().run;
        const auto oracle = find("oracle")->fit(bench().context());
        QVERIFY(oracle.has_value());
        for (std::size_t p = 0; p < (*oracle)->points().size(); p += 5) {
            const double lambda = (*oracle)->points()[p].knob;
            const std::vector<StateIndex> states = (*oracle)->decide(run.test, p);
            for (std::size_t i = 0; i < run.test.samples; i += 7) {
                const auto objective = [&](StateIndex s) {
                    return (run.test.correct(s, SampleIndex(i)) ? 0.0 : 1.0) + lambda * bench().costs.relative(s);
                };
                double least = 1e30;
                for (std::size_t s = 0; s < run.states.size(); ++s)
                    least = std::min(least, objective(StateIndex(s)));
                QVERIFY(objective(states[i]) <= least + 1e-6 * (1 + lambda));
            }
        }
    }

    void the_cheapest_oracle_takes_the_cheapest_right_state()
    {
        const run::Run& run = *bench().run;
        const auto oracle = find("oracle-cheapest")->fit(bench().context());
        QVERIFY(oracle.has_value());
        QCOMPARE((*oracle)->points().size(), std::size_t{1});
        const std::vector<StateIndex> states = (*oracle)->decide(run.test, 0);
        for (std::size_t i = 0; i < run.test.samples; ++i) {
            StateIndex expected = cost::cheapest(bench().costs);
            double least = 1e30;
            for (std::size_t s = 0; s < run.states.size(); ++s)
                if (run.test.correct(StateIndex(s), SampleIndex(i)) && bench().costs.state[s] < least) {
                    least = bench().costs.state[s];
                    expected = StateIndex(s);
                }
            QVERIFY(states[i] == expected);
        }
    }

    void static_models_are_those_no_cheaper_one_equals()
    {
        const run::Run& run = *bench().run;
        const auto fitted = find("static")->fit(bench().context());
        QVERIFY(fitted.has_value() && !(*fitted)->mixes());
        std::vector<Point> all;
        for (std::size_t s = 0; s < run.states.size(); ++s) {
            const Score one = score(run.fit, bench().costs, std::vector(run.fit.samples, StateIndex(s)));
            all.push_back({0, one.cost, one.accuracy});
        }
        std::size_t expected = 0;
        for (const Point& p : all)
            expected += std::none_of(all.begin(), all.end(), [&](const Point& q) {
                return (q.fit_cost < p.fit_cost && q.fit_accuracy >= p.fit_accuracy) ||
                       (q.fit_cost == p.fit_cost && q.fit_accuracy > p.fit_accuracy);
            });
        QCOMPARE((*fitted)->points().size(), expected);
    }

    void random_exits_keep_the_shares_and_lose_the_information()
    {
        const run::Run& run = *bench().run;
        const auto quee = find("quee")->fit(bench().context());
        const auto random = find("random")->fit(bench().context());
        QVERIFY(quee.has_value() && random.has_value());
        QCOMPARE((*random)->points().size(), (*quee)->points().size());
        double gap = 0;
        for (std::size_t p = 0; p < (*quee)->points().size(); ++p) {
            const Score a = score(run.test, bench().costs, (*quee)->decide(run.test, p));
            const Score b = score(run.test, bench().costs, (*random)->decide(run.test, p));
            QVERIFY(std::abs(b.cost - (*quee)->points()[p].fit_cost) < 0.02);
            gap += a.accuracy - b.accuracy;
        }
        QVERIFY(gap / double((*quee)->points().size()) > 0.03);
    }

    void the_test_split_takes_no_part_in_a_choice_data() { all_policies(); }
    void the_test_split_takes_no_part_in_a_choice()
    {
        QFETCH(QString, name);
        const Info& info = *find(name.toStdString());
        run::Run blind = *bench().run;
        blind.test.labels.clear();
        Context context{blind, bench().costs, bench().predictors};
        const auto without = info.fit(context);
        if (info.oracle) {
            QVERIFY(!without);
            return;
        }
        const auto with = info.fit(bench().context());
        QVERIFY(with.has_value() && without.has_value());
        QCOMPARE((*with)->points().size(), (*without)->points().size());
        for (std::size_t p = 0; p < (*with)->points().size(); ++p)
            QVERIFY((*with)->decide(bench().run->test, p) == (*without)->decide(blind.test, p));
    }

    void says_that_labels_are_missing_data() { all_policies(); }
    void says_that_labels_are_missing()
    {
        QFETCH(QString, name);
        run::Run blind = *bench().run;
        blind.fit.labels.clear();
        const auto fitted = find(name.toStdString())->fit({blind, bench().costs, bench().predictors});
        QVERIFY(!fitted);
        QVERIFY(fitted.error().message().find("no labels") != std::string::npos);
    }

    void partly_labelled_splits_work_data() { all_policies(); }
    void partly_labelled_splits_work()
    {
        QFETCH(QString, name);
        run::Run some = *bench().run;
        for (std::size_t i = 0; i < some.fit.samples; i += 3)
            some.fit.labels[i] = -1;
        const auto fitted = find(name.toStdString())->fit({some, bench().costs, bench().predictors});
        QVERIFY(fitted.has_value());
        QVERIFY((*fitted)->points().back().fit_accuracy > 0.7);
    }

    void one_state_is_enough()
    {
        const Bench single({.exits = 1, .precisions = {{8, 8}}, .fit_samples = 100, .test_samples = 50});
        for (const Info& info : registry()) {
            const auto fitted = info.fit(single.context());
            QVERIFY(fitted.has_value());
            QCOMPARE((*fitted)->points().size(), std::size_t{1});
            QCOMPARE((*fitted)->points().front().fit_cost, 1.0);
        }
    }
};

QTEST_APPLESS_MAIN(TestPolicies)
#include "tst_policies.moc"
