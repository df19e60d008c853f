// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <cmath>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/analyse/default_budget.h"
#include "core/analysis/analyse/exit_flow.h"
#include "core/analysis/analyse/static_points.h"
#include "core/analysis/policy/envelope.h"
#include "core/analysis/policy/registry.h"
#include "core/base/random.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
using namespace exitscope::analyse;

namespace {

struct Bench {
    run::RunPtr run;
    cost::Costs costs;
    std::shared_ptr<const Analysis> analysis;

    explicit Bench(const tests::SyntheticOptions& options)
        : run(tests::synthetic_run(options)), costs(*cost::make_costs(*run, cost::Kind::bops)),
          analysis(*Analysis::make(run))
    {
    }
};

const Bench& bench()
{
    static const Bench shared({.exits = 3, .fit_samples = 2000, .test_samples = 3000, .probabilities = false});
    return shared;
}

void all_policies()
{
    QTest::addColumn<QString>("name");
    for (const policy::Info& info : policy::registry())
        QTest::newRow(info.name.data()) << QString::fromUtf8(info.name.data(), qsizetype(info.name.size()));
}

}  // namespace

class TestAnalysis : public QObject {
    Q_OBJECT
private slots:
    void an_outcome_of_some_samples()
    {
        const Bench& b = bench();
        const auto result = b.analysis->fit("quee", b.costs);
        const Decisions d = decide(*result, 0.4);
        std::vector<SampleIndex> all;
        std::vector<SampleIndex> right;
        for (std::size_t i = 0; i < d.state.size(); ++i) {
            all.push_back(SampleIndex(i));
            if (b.run->test.correct(d.state[i], SampleIndex(i)) && i % 3 == 0)
                right.push_back(SampleIndex(i));
        }
        const Outcome whole = outcome_of(*result, d.state, all);
        QCOMPARE(whole.accuracy.value, d.outcome.accuracy.value);
        QCOMPARE(whole.relative_cost, d.outcome.relative_cost);
        QCOMPARE(whole.exit_share, d.outcome.exit_share);
        QCOMPARE(whole.agreement, d.outcome.agreement);
        const Outcome some = outcome_of(*result, d.state, right);
        QCOMPARE(some.accuracy.value, 1.0);
        QCOMPARE(some.accuracy.samples, right.size());
        double cost = 0;
        for (const SampleIndex sample : right)
            cost += result->costs.relative(d.state[sample.at()]) / double(right.size());
        QVERIFY(std::abs(some.relative_cost - cost) < 1e-12);
        QCOMPARE(outcome_of(*result, d.state, {}).accuracy.samples, std::size_t(0));
    }

    void the_knee_stands_highest_above_the_chord()
    {
        const Bench& b = bench();
        for (const char* name : {"quee", "confidence", "static"}) {
            const auto result = b.analysis->fit(name, b.costs);
            const double knee = knee_budget(*result);
            const auto points = result->fitted->points();
            std::size_t best = 0;
            for (std::size_t p = 0; p < points.size(); ++p)
                best = points[p].fit_accuracy > points[best].fit_accuracy ? p : best;
            // turned so that the chord from the first to the best point is level
            const double slope =
                (points[best].fit_accuracy - points[0].fit_accuracy) / (points[best].fit_cost - points[0].fit_cost);
            double highest = -1;
            double at = 0;
            for (std::size_t p = 0; p <= best; ++p) {
                if (const double level = points[p].fit_accuracy - slope * points[p].fit_cost; level > highest + 1e-12) {
                    highest = level;
                    at = points[p].fit_cost;
                }
            }
            QCOMPARE(knee, at);
        }
    }

    void an_outcome_is_counted_from_its_states_data() { all_policies(); }
    void an_outcome_is_counted_from_its_states()
    {
        QFETCH(QString, name);
        const Bench& b = bench();
        const auto result = b.analysis->fit(name.toStdString(), b.costs);
        QVERIFY(result.has_value());
        const run::Run& run = result->analysis->run();
        const auto latency = cost::make_costs(run, cost::Kind::latency);
        for (const double budget : {0.0, 0.17, 0.33, 0.5, 1.0, 2.0}) {
            const Decisions d = decide(*result, budget);
            QCOMPARE(d.state.size(), b.run->test.samples);
            QCOMPARE(d.policy, name.toStdString());
            const policy::Mix mix = policy::at_budget(result->fitted->points(), budget, result->fitted->mixes());
            const auto lower = result->fitted->decide(run.test, mix.lower);
            const auto upper = mix.upper_share > 0 ? result->fitted->decide(run.test, mix.lower + 1) : lower;
            double cost = 0;
            double ms = 0;
            std::size_t hits = 0;
            std::size_t agreeing = 0;
            std::vector<double> exits(3, 0);
            std::vector<double> precisions(3, 0);
            for (std::size_t i = 0; i < d.state.size(); ++i) {
                const bool up = hash_uniform(b.analysis->seed(), run.test.source_index[i]) < mix.upper_share;
                const StateIndex state = up ? upper[i] : lower[i];
                QVERIFY(d.state[i] == state);
                const run::State& s = run.states[state.at()];
                cost += result->costs.state[state.at()] / 3000;
                ms += latency->state[state.at()] / 3000;
                hits += run.test.correct(state, SampleIndex(i));
                agreeing += run.test.prediction[state.at()][i] == run.full_prediction(run.test)[i];
                exits[s.exit.at()] += 1.0 / 3000;
                precisions[s.precision().weight_bits == 4 ? 0 : s.precision().weight_bits == 6 ? 1 : 2] += 1.0 / 3000;
            }
            QCOMPARE(d.outcome.accuracy.samples, std::size_t{3000});
            QVERIFY(std::abs(d.outcome.accuracy.value - double(hits) / 3000) < 1e-12);
            QVERIFY(d.outcome.accuracy.low < d.outcome.accuracy.value &&
                    d.outcome.accuracy.value < d.outcome.accuracy.high);
            QVERIFY(std::abs(d.outcome.cost - cost) < 1e-6 * cost);
            QVERIFY(std::abs(d.outcome.relative_cost - cost / b.costs.reference) < 1e-9);
            QVERIFY(std::abs(d.outcome.milliseconds - ms) < 1e-9);
            QVERIFY(std::abs(d.outcome.agreement - double(agreeing) / 3000) < 1e-12);
            for (std::size_t e = 0; e < 3; ++e) {
                QVERIFY(std::abs(d.outcome.exit_share[e] - exits[e]) < 1e-9);
                QVERIFY(std::abs(d.outcome.precision_share[e] - precisions[e]) < 1e-9);
            }
        }
    }

    void a_budget_is_met()
    {
        const Bench& b = bench();
        for (const char* name : {"quee", "confidence", "composite", "static-hull"}) {
            const auto result = b.analysis->fit(name, b.costs);
            QVERIFY(result.has_value());
            for (const double budget : {0.2, 0.3, 0.5}) {
                const auto points = result->fitted->points();
                const double reached = std::clamp(budget, points.front().fit_cost, points.back().fit_cost);
                const Decisions d = decide(*result, budget);
                QVERIFY2(std::abs(d.outcome.relative_cost - reached) < 0.03,
                         qPrintable(QString("%1 %2: %3").arg(name).arg(budget).arg(d.outcome.relative_cost)));
            }
        }
    }

    void deciding_again_reuses_the_storage()
    {
        const Bench& b = bench();
        const auto result = b.analysis->fit("quee", b.costs);
        Decisions d = decide(*result, 0.2);
        const auto* states = d.state.data();
        const auto* counts = d.outcome.state_count.data();
        const auto* exits = d.outcome.exit_share.data();
        decide_into(*result, 0.4, d);
        QVERIFY(d.state.data() == states && d.outcome.state_count.data() == counts &&
                d.outcome.exit_share.data() == exits);
        const Decisions fresh = decide(*result, 0.4);
        QVERIFY(fresh.state == d.state);
        QCOMPARE(fresh.outcome.accuracy.value, d.outcome.accuracy.value);
        QCOMPARE(fresh.outcome.cost, d.outcome.cost);
    }

    void a_curve_shows_what_decide_gives_data() { all_policies(); }
    void a_curve_shows_what_decide_gives()
    {
        QFETCH(QString, name);
        const Bench& b = bench();
        const auto result = b.analysis->fit(name.toStdString(), b.costs, 31);
        QVERIFY(result.has_value());
        const Curve& curve = result->curve;
        QCOMPARE(curve.policy, name.toStdString());
        QVERIFY(!curve.points.empty() && curve.points.size() <= 32);
        for (std::size_t p = 0; p < curve.points.size(); ++p) {
            const CurvePoint& point = curve.points[p];
            QVERIFY(p == 0 || point.budget > curve.points[p - 1].budget);
            QVERIFY(point.budget >= result->fitted->points().front().fit_cost - 1e-12);
            const Decisions d = decide(*result, point.budget);
            QVERIFY(std::abs(point.relative_cost - d.outcome.relative_cost) < 1e-9);
            QCOMPARE(point.accuracy.value, d.outcome.accuracy.value);
            QCOMPARE(point.accuracy.low, d.outcome.accuracy.low);
            QCOMPARE(point.knob, d.knob);
        }
        if (name != "oracle-cheapest")
            QCOMPARE(curve.points.back().budget, 1.0);
    }

    void the_area_is_the_mean_of_the_curve_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"quee", "confidence", "static", "static-hull", "oracle-cheapest"})
            QTest::newRow(name) << name;
    }
    void the_area_is_the_mean_of_the_curve()
    {
        QFETCH(QString, name);
        const Bench& b = bench();
        const auto result = b.analysis->fit(name.toStdString(), b.costs, 2);
        QVERIFY(result.has_value());
        const StateIndex cheapest = cost::cheapest(b.costs);
        QCOMPARE(result->curve.area_low, b.costs.relative(cheapest));
        struct Vertex {
            double cost, accuracy;
        };
        std::vector<Vertex> vertices;
        for (std::size_t p = 0; p < result->fitted->points().size(); ++p) {
            Vertex v{0, 0};
            const auto states = result->fitted->decide(b.run->test, p);
            for (std::size_t i = 0; i < states.size(); ++i) {
                v.cost += b.costs.relative(states[i]) / double(states.size());
                v.accuracy += b.run->test.correct(states[i], SampleIndex(i)) / double(states.size());
            }
            vertices.push_back(v);
        }
        std::sort(vertices.begin(), vertices.end(), [](Vertex x, Vertex y) { return x.cost < y.cost; });
        const Vertex start{b.costs.relative(cheapest), state_accuracy(*b.run, cheapest).value};
        // The midpoint rule on a fine grid.
        double sum = 0;
        constexpr int steps = 20000;
        for (int k = 0; k < steps; ++k) {
            const double x = start.cost + (1 - start.cost) * (k + 0.5) / steps;
            Vertex before = start;
            bool first = true;
            double y = vertices.back().accuracy;
            for (const Vertex& v : vertices) {
                if (v.cost > x) {
                    const double share = (x - before.cost) / (v.cost - before.cost);
                    y = before.accuracy +
                        (first || result->fitted->mixes() ? share * (v.accuracy - before.accuracy) : 0.0);
                    break;
                }
                before = v;
                first = false;
            }
            sum += y / steps;
        }
        QVERIFY2(std::abs(result->curve.area - sum) < 1e-4,
                 qPrintable(QString("%1 against %2").arg(result->curve.area).arg(sum)));
    }

    void quee_beats_confidence_the_static_hull_and_chance()
    {
        const Bench& b = bench();
        const auto area = [&](const char* name) { return b.analysis->fit(name, b.costs)->curve.area; };
        const double quee = area("quee");
        QVERIFY(quee > area("confidence") + 0.01);
        QVERIFY(quee > area("static-hull") + 0.005);
        QVERIFY(quee > area("random") + 0.02);
        QVERIFY(area("oracle") > quee);
        QVERIFY(area("static-hull") > area("static"));
    }

    void one_hundred_unlabelled_test_samples_work()
    {
        const Bench b({.exits = 2, .fit_samples = 300, .test_samples = 100, .labelled_test = false});
        for (const policy::Info& info : policy::registry()) {
            const auto result = b.analysis->fit(info.name, b.costs);
            QCOMPARE(result.has_value(), !info.oracle);
            if (!result)
                continue;
            const Decisions d = decide(*result, 0.3);
            QCOMPARE(d.outcome.accuracy.samples, std::size_t{0});
            QVERIFY(d.outcome.agreement > 0.5 && d.outcome.agreement <= 1.0);
            QCOMPARE(result->curve.area, 0.0);
            QCOMPARE(result->curve.points.front().accuracy.samples, std::size_t{0});
        }
        QCOMPARE(static_points(*b.run, b.costs).front().accuracy.samples, std::size_t{0});
        const auto flow = exit_flow(*b.run, std::vector(100, StateIndex(0)));
        QCOMPARE(flow[0].unlabelled, 100U);
    }

    void static_points_are_single_states()
    {
        const Bench& b = bench();
        const auto points = static_points(*b.run, b.costs);
        QCOMPARE(points.size(), b.run->states.size());
        for (const StaticPoint& p : points) {
            std::size_t hits = 0;
            for (std::size_t i = 0; i < 3000; ++i)
                hits += b.run->test.correct(p.state, SampleIndex(i));
            QCOMPARE(p.accuracy.value, double(hits) / 3000);
            QCOMPARE(p.relative_cost, b.costs.relative(p.state));
        }
    }

    void predicted_errors_belong_to_the_decided_states()
    {
        const Bench& b = bench();
        const auto result = b.analysis->fit("quee", b.costs);
        const Decisions d = decide(*result, 0.3);
        const std::vector<float> predicted = b.analysis->predicted_error(d.state);
        for (std::size_t i = 0; i < 200; ++i) {
            std::vector<float> out(b.analysis->predictors().terminals(d.state[i]).size());
            b.analysis->predictors().predict(
                d.state[i], run::evidence(b.run->states, b.run->test, d.state[i], SampleIndex(i)), out);
            QVERIFY(std::abs(out[0] - predicted[i]) < 1e-6F);
        }
    }

    void errors_are_worded()
    {
        const Bench& b = bench();
        const auto unknown = b.analysis->fit("no-such", b.costs);
        QVERIFY(!unknown);
        QCOMPARE(unknown.error().message(), std::string("no-such: there is no policy of this name"));
        auto blind = std::make_shared<run::Run>(*b.run);
        blind->fit.labels.clear();
        QVERIFY(!Analysis::make(blind));
    }

    void proportions_of_nothing()
    {
        const Proportion p = proportion(0, 0);
        QVERIFY(p.value == 0 && p.low == 0 && p.high == 1 && p.samples == 0);
    }

    void threads_do_not_change_a_bit()
    {
        const Bench& b = bench();
        const auto threaded = Analysis::make(b.run, {.threads = 3});
        QVERIFY(threaded.has_value());
        QVERIFY((*threaded)->self_error() == b.analysis->self_error());
        const auto one = b.analysis->fit("quee", b.costs);
        const auto three = (*threaded)->fit("quee", b.costs);
        QVERIFY(decide(*one, 0.3).state == decide(*three, 0.3).state);
    }
};

QTEST_APPLESS_MAIN(TestAnalysis)
#include "tst_analysis.moc"
