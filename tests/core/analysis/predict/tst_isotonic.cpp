// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/analysis/predict/fit.h"
#include "core/analysis/predict/isotonic.h"
#include "core/base/random.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
using namespace exitscope::predict;

namespace {

/// The monotone least-squares fit by its min-max formula: max over a <= i of min over b >= i of the mean of y[a..b].
std::vector<double> slow_fit(const std::vector<std::uint8_t>& y)
{
    std::vector<double> fit;
    for (std::size_t i = 0; i < y.size(); ++i) {
        double best = 0;
        for (std::size_t a = 0; a <= i; ++a) {
            double least = 1;
            double sum = 0;
            for (std::size_t b = a; b < y.size(); ++b) {
                sum += y[b];
                if (b >= i)
                    least = std::min(least, sum / double(b - a + 1));
            }
            best = std::max(best, least);
        }
        fit.push_back(best);
    }
    return fit;
}

}  // namespace

class TestIsotonic : public QObject {
    Q_OBJECT
private slots:
    void is_the_least_squares_monotone_fit()
    {
        Random random(3);
        std::vector<float> x;
        std::vector<std::uint8_t> y;
        for (std::size_t i = 0; i < 120; ++i) {
            x.push_back(float(i) / 120);
            y.push_back(random.uniform() < 0.8 * double(x.back()));
        }
        const Isotonic map(x, y);
        const std::vector<double> expected = slow_fit(y);
        for (std::size_t begin = 0; begin < x.size();) {
            std::size_t end = begin;
            double middle = 0;
            for (; end < x.size() && std::abs(expected[end] - expected[begin]) < 1e-12; ++end)
                middle += double(x[end]);
            // At the middle of a block the map is the block's value.
            QVERIFY(std::abs(double(map(float(middle / double(end - begin)))) - expected[begin]) < 1e-5);
            begin = end;
        }
        for (float at = -0.5F; at < 1.5F; at += 0.01F)
            QVERIFY(map(at) <= map(at + 0.01F));
    }

    void calibrates_what_is_wrong_by_a_monotone_map()
    {
        Random random(5);
        std::vector<float> x;
        for (std::size_t i = 0; i < 20000; ++i)
            x.push_back(float(random.uniform()));
        std::sort(x.begin(), x.end());
        std::vector<std::uint8_t> y;
        y.reserve(x.size());
        for (const float p : x)
            y.push_back(random.uniform() < double(p) * double(p));
        const Isotonic map(x, y);
        for (float at = 0.1F; at < 0.95F; at += 0.1F)
            QVERIFY(std::abs(double(map(at)) - double(at) * double(at)) < 0.04);
    }

    void nothing_fitted_changes_nothing() { QCOMPARE(Isotonic()(0.3F), 0.3F); }

    void predictors_keep_their_order_and_leave_folds_out()
    {
        const run::RunPtr run = tests::synthetic_run({.fit_samples = 2000, .test_samples = 2000});
        const auto raw = fit(*run, {.method = Method::spline});
        const auto mapped = fit(*run, {.method = Method::spline, .isotonic = true, .threads = 2});
        const auto again = fit(*run, {.method = Method::spline, .isotonic = true});
        QVERIFY(raw.has_value() && mapped.has_value() && again.has_value());
        std::size_t different = 0;
        for (std::size_t s = 0; s < run->states.size(); ++s) {
            std::vector<float> before(run->test.samples);
            std::vector<float> after(run->test.samples);
            std::vector<float> single(run->test.samples);
            predict_self(**raw, *run, run->test, StateIndex(s), before);
            predict_self(**mapped, *run, run->test, StateIndex(s), after);
            predict_self(**again, *run, run->test, StateIndex(s), single);
            QVERIFY(after == single);
            std::vector<std::size_t> order(before.size());
            for (std::size_t i = 0; i < order.size(); ++i)
                order[i] = i;
            std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return before[a] < before[b]; });
            for (std::size_t i = 1; i < order.size(); ++i)
                QVERIFY(after[order[i - 1]] <= after[order[i]]);
            const run::Evidence known = run::evidence(run->states, run->fit, StateIndex(s), SampleIndex(0));
            std::vector<float> held_out(1);
            std::vector<float> whole(1);
            (*mapped)->predict_held_out(StateIndex(s), SampleIndex(0), known, held_out);
            (*mapped)->predict(StateIndex(s), known, whole);
            different += held_out != whole;
        }
        QVERIFY(different > 0);
    }
};

QTEST_GUILESS_MAIN(TestIsotonic)
#include "tst_isotonic.moc"
