// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/analysis/policy/envelope.h"
#include "core/analysis/policy/policy.h"
#include "core/base/random.h"

using namespace exitscope;
using namespace exitscope::policy;

namespace {

std::vector<Point> cloud(std::size_t count, std::uint64_t seed, bool coarse)
{
    Random random(seed);
    std::vector<Point> points;
    for (std::size_t i = 0; i < count; ++i) {
        double cost = random.uniform();
        double accuracy = random.uniform();
        if (coarse) {
            cost = std::round(cost * 5) / 5;
            accuracy = std::round(accuracy * 5) / 5;
        }
        points.push_back({double(i), cost, accuracy});
    }
    return points;
}

/// The best accuracy at mean cost at most `budget` by mixing any two points.
double slow_best(const std::vector<Point>& points, double budget)
{
    double best = -1;
    for (const Point& a : points) {
        for (const Point& b : points) {
            if (a.fit_cost > budget)
                continue;
            double share = b.fit_cost <= budget ? 1.0 : (budget - a.fit_cost) / (b.fit_cost - a.fit_cost);
            best = std::max(best, a.fit_accuracy + share * (b.fit_accuracy - a.fit_accuracy));
            best = std::max(best, a.fit_accuracy);
        }
    }
    return best;
}

}  // namespace

class TestEnvelope : public QObject {
    Q_OBJECT
private slots:
    void equals_the_best_mix_of_any_two_points_data()
    {
        QTest::addColumn<bool>("coarse");
        QTest::newRow("in general position") << false;
        QTest::newRow("with equal costs and accuracies") << true;
    }
    void equals_the_best_mix_of_any_two_points()
    {
        QFETCH(bool, coarse);
        for (std::uint64_t seed = 0; seed < 40; ++seed) {
            const std::vector<Point> points = cloud(1 + seed, seed, coarse);
            std::vector<Point> kept;
            for (const std::size_t index : concave_envelope(points))
                kept.push_back(points[index]);
            for (std::size_t p = 1; p < kept.size(); ++p) {
                QVERIFY(kept[p].fit_cost > kept[p - 1].fit_cost);
                QVERIFY(kept[p].fit_accuracy > kept[p - 1].fit_accuracy);
            }
            for (double budget = kept.front().fit_cost; budget <= 1.0; budget += 0.013) {
                const Mix mix = at_budget(kept, budget, true);
                double accuracy = kept[mix.lower].fit_accuracy;
                if (mix.upper_share > 0)
                    accuracy += mix.upper_share * (kept[mix.lower + 1].fit_accuracy - accuracy);
                QVERIFY(std::abs(accuracy - slow_best(points, budget)) < 1e-9);
            }
        }
    }

    void nothing_in_nothing_out() { QVERIFY(concave_envelope({}).empty()); }

    void a_mix_costs_the_budget()
    {
        const std::vector<Point> points{{0, 0.2, 0.5}, {1, 0.4, 0.7}, {2, 0.9, 0.8}};
        for (double budget = 0.2; budget <= 0.9; budget += 0.01) {
            const Mix mix = at_budget(points, budget, true);
            double cost = points[mix.lower].fit_cost;
            if (mix.upper_share > 0)
                cost += mix.upper_share * (points[mix.lower + 1].fit_cost - cost);
            QVERIFY(std::abs(cost - budget) < 1e-12);
            QVERIFY(mix.upper_share >= 0 && mix.upper_share < 1);
        }
        QCOMPARE(at_budget(points, 0.1, true).lower, std::size_t{0});
        QCOMPARE(at_budget(points, 0.1, true).upper_share, 0.0);
        QCOMPARE(at_budget(points, 5.0, true).lower, std::size_t{2});
        QCOMPARE(at_budget(points, 5.0, true).upper_share, 0.0);
    }

    void without_mixing_the_dearest_within_the_budget()
    {
        const std::vector<Point> points{{0, 0.2, 0.5}, {1, 0.4, 0.7}, {2, 0.9, 0.8}};
        QCOMPARE(at_budget(points, 0.39, false).lower, std::size_t{0});
        QCOMPARE(at_budget(points, 0.4, false).lower, std::size_t{1});
        QCOMPARE(at_budget(points, 0.89, false).lower, std::size_t{1});
        QCOMPARE(at_budget(points, 0.89, false).upper_share, 0.0);
    }

    void a_sweep_gives_back_what_went_in()
    {
        Random random(3);
        std::vector<std::vector<StateIndex>> states(23, std::vector<StateIndex>(57));
        for (std::size_t p = 0; p < states.size(); ++p)
            for (std::size_t i = 0; i < states[p].size(); ++i)
                states[p][i] = p > 0 && random.uniform() < 0.8 ? states[p - 1][i] : StateIndex(random.below(6));
        const Sweep sweep(states);
        QCOMPARE(sweep.samples(), std::size_t{57});
        QCOMPARE(sweep.points(), std::size_t{23});
        for (std::size_t i = 0; i < 57; ++i) {
            const auto breaks = sweep.breaks(SampleIndex(i));
            QCOMPARE(breaks.front().point, 0U);
            for (std::size_t b = 1; b < breaks.size(); ++b)
                QVERIFY(breaks[b].point > breaks[b - 1].point && breaks[b].state != breaks[b - 1].state);
            for (std::size_t p = 0; p < states.size(); ++p)
                QVERIFY(sweep.state(SampleIndex(i), p) == states[p][i]);
        }
    }
};

QTEST_APPLESS_MAIN(TestEnvelope)
#include "tst_envelope.moc"
