// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <cmath>

#include "core/analysis/analyse/bootstrap.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/analyse/paired.h"
#include "core/analysis/analyse/static_points.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
using namespace exitscope::analyse;

namespace {

struct Bench {
    run::RunPtr run =
        tests::synthetic_run({.exits = 3, .fit_samples = 1500, .test_samples = 3000, .probabilities = false});
    cost::Costs costs = *cost::make_costs(*run, cost::Kind::bops);
    std::shared_ptr<const Analysis> analysis = *Analysis::make(run);
    PolicyResult quee = *analysis->fit("quee", costs);
    PolicyResult composite = *analysis->fit("composite", costs);
    Bootstrap bootstrap = *Bootstrap::make(*run, 1);
};

const Bench& bench()
{
    static const Bench shared;
    return shared;
}

}  // namespace

class TestBootstrap : public QObject {
    Q_OBJECT
private slots:
    void the_estimate_is_the_curve_itself()
    {
        const Bench& b = bench();
        const ResampledCurve curve = b.bootstrap.curve(b.quee);
        const auto points = b.quee.fitted->points();
        double cost_before = 0;
        double accuracy_before = 0;
        for (std::size_t p = 0; p < points.size(); ++p) {
            const auto states = b.quee.fitted->decide(b.run->test, p);
            double cost = 0;
            double accuracy = 0;
            for (std::size_t i = 0; i < states.size(); ++i) {
                cost += b.costs.relative(states[i]) / 3000;
                accuracy += b.run->test.correct(states[i], SampleIndex(i)) / 3000.0;
            }
            if (p > 0 && cost > cost_before + 1e-9) {
                const auto half = curve.accuracy_at(0.5 * (cost + cost_before));
                QVERIFY(half.has_value());
                QVERIFY(std::abs(half->value - 0.5 * (accuracy + accuracy_before)) < 1e-9);
                QVERIFY(half->low <= half->value && half->value <= half->high);
            }
            cost_before = std::max(cost, cost_before);
            accuracy_before = accuracy;
        }
        QVERIFY(!curve.accuracy_at(0.001));
        QVERIFY(std::abs(curve.area(b.quee.curve.area_low).value - b.quee.curve.area) < 0.01);
    }

    void a_band_is_as_wide_as_theory_says()
    {
        const Bench& b = bench();
        // A policy of one state costs the same on every resample, so its band is that of a proportion.
        const PolicyResult fixed = *b.analysis->fit("static", b.costs);
        const auto band = b.bootstrap.curve(fixed).accuracy_at(1.0);
        const double error = std::sqrt(band->value * (1 - band->value) / 3000);
        QVERIFY2(std::abs((band->high - band->low) / (2 * 1.96 * error) - 1) < 0.15,
                 qPrintable(QString::number((band->high - band->low) / (2 * 1.96 * error))));
    }

    void a_paired_difference_is_surer_than_two_bands()
    {
        const Bench& b = bench();
        const ResampledCurve quee = b.bootstrap.curve(b.quee);
        const ResampledCurve composite = b.bootstrap.curve(b.composite);
        const auto gap = difference_at(quee, composite, 0.3);
        const auto one = quee.accuracy_at(0.3);
        const auto two = composite.accuracy_at(0.3);
        QVERIFY(std::abs(gap->value - (one->value - two->value)) < 1e-12);
        QVERIFY(gap->high - gap->low < 0.8 * std::hypot(one->high - one->low, two->high - two->low));
        const auto none = difference_at(quee, quee, 0.3);
        QVERIFY(none->low == 0 && none->high == 0);
        QVERIFY(!difference_at(quee, composite, 0.0));
    }

    void costs_at_a_drop_lie_on_the_curve()
    {
        const Bench& b = bench();
        const ResampledCurve curve = b.bootstrap.curve(b.quee);
        const double full = full_accuracy(*b.run).value;
        const auto cost = curve.cost_at_drop(0.02);
        QVERIFY(cost.has_value());
        QVERIFY(std::abs(curve.accuracy_at(cost->value)->value - (full - 0.02)) < 1e-9);
        QVERIFY(cost->low <= cost->value && cost->value <= cost->high);
        QVERIFY(!curve.cost_at_drop(-0.5));
    }

    void the_seed_decides_everything()
    {
        const Bench& b = bench();
        const auto again = *Bootstrap::make(*b.run, 1);
        const auto other = *Bootstrap::make(*b.run, 2);
        const auto first = b.bootstrap.curve(b.quee).accuracy_at(0.3);
        QCOMPARE(again.curve(b.quee).accuracy_at(0.3)->low, first->low);
        QVERIFY(other.curve(b.quee).accuracy_at(0.3)->low != first->low);
    }

    void bands_go_into_curves()
    {
        const Bench& b = bench();
        Curve curve = b.quee.curve;
        Bootstrap::set_bands(b.bootstrap.curve(b.quee), curve);
        std::size_t changed = 0;
        for (std::size_t p = 0; p < curve.points.size(); ++p) {
            QVERIFY(curve.points[p].accuracy.low <= curve.points[p].accuracy.value);
            QVERIFY(curve.points[p].accuracy.high >= curve.points[p].accuracy.value);
            changed += curve.points[p].accuracy.low != b.quee.curve.points[p].accuracy.low;
        }
        QVERIFY(changed > curve.points.size() / 2);
    }

    void mcnemar_is_the_exact_binomial_test()
    {
        QCOMPARE(mcnemar(0, 0), 1.0);
        QVERIFY(std::abs(mcnemar(0, 5) - 2.0 / 32) < 1e-12);
        QVERIFY(std::abs(mcnemar(2, 8) - 2.0 * (1 + 10 + 45) / 1024) < 1e-12);
        QCOMPARE(mcnemar(8, 2), mcnemar(2, 8));
        QCOMPARE(mcnemar(5, 5), 1.0);
        QVERIFY(mcnemar(400, 600) < 1e-9 && mcnemar(400, 600) > 1e-11);
    }

    void two_points_are_compared_image_by_image()
    {
        const Bench& b = bench();
        const Decisions low = decide(b.quee, 0.2);
        const Decisions high = decide(b.quee, 0.4);
        const auto test = paired_test({b.quee, high}, {b.quee, low}, 1);
        QVERIFY(test.has_value());
        std::size_t only_high = 0;
        std::size_t only_low = 0;
        for (std::size_t i = 0; i < 3000; ++i) {
            const bool h = b.run->test.correct(high.state[i], SampleIndex(i));
            const bool l = b.run->test.correct(low.state[i], SampleIndex(i));
            only_high += h && !l;
            only_low += l && !h;
        }
        const auto turned = flips({b.quee, high}, {b.quee, low});
        QVERIFY(turned.has_value());
        for (std::size_t i = 0; i < 3000; ++i) {
            const bool h = b.run->test.correct(high.state[i], SampleIndex(i));
            const bool l = b.run->test.correct(low.state[i], SampleIndex(i));
            QCOMPARE(turned->only_a[i] != 0, h && !l);
            QCOMPARE(turned->only_b[i] != 0, l && !h);
        }
        QCOMPARE(test->samples, std::size_t{3000});
        QCOMPARE(test->only_a, only_high);
        QCOMPARE(test->only_b, only_low);
        QVERIFY(std::abs(test->accuracy_difference.value - (double(only_high) - double(only_low)) / 3000) < 1e-7);
        QVERIFY(test->accuracy_difference.low > 0 && test->p < 0.05);
        QVERIFY(std::abs(test->cost_difference.value - (high.outcome.relative_cost - low.outcome.relative_cost)) <
                1e-6);
    }

    void runs_on_other_images_are_not_compared()
    {
        const Bench& b = bench();
        const Decisions d = decide(b.quee, 0.3);
        auto other = std::make_shared<run::Run>(*b.run);
        other->test.dataset_hash = "another";
        other->test.dataset_source = "elsewhere";
        const auto analysis = *Analysis::make(other);
        const PolicyResult there = *analysis->fit("confidence", b.costs);
        const Decisions e = decide(there, 0.3);
        QVERIFY(!paired_test({b.quee, d}, {there, e}, 1));
        other->test.dataset_hash = b.run->test.dataset_hash;
        QVERIFY(paired_test({b.quee, d}, {there, e}, 1).has_value());
        for (std::uint32_t& index : other->test.source_index)
            index += 10000;
        QVERIFY(!paired_test({b.quee, d}, {there, e}, 1));
        QVERIFY(!flips({b.quee, d}, {there, e}));
    }

    void needs_labels()
    {
        run::Run blind = *bench().run;
        blind.test.labels.clear();
        QVERIFY(!Bootstrap::make(blind, 1));
    }
};

QTEST_APPLESS_MAIN(TestBootstrap)
#include "tst_bootstrap.moc"
