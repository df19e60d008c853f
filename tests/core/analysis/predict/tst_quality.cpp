// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <cmath>

#include "core/analysis/predict/predictors.h"
#include "core/analysis/predict/quality.h"
#include "core/analysis/predict/wilson.h"
#include "core/base/random.h"

using namespace exitscope;
using namespace exitscope::predict;

namespace {

struct Sample {
    std::vector<float> predicted;
    std::vector<std::uint8_t> wrong;
};

/// `levels` > 0 rounds the predictions so that many are tied.
Sample sample(std::size_t count, int levels, std::uint64_t seed)
{
    Random random(seed);
    Sample s;
    for (std::size_t i = 0; i < count; ++i) {
        const double p = random.uniform();
        s.wrong.push_back(random.uniform() < p);
        s.predicted.push_back(static_cast<float>(levels > 0 ? std::round(p * levels) / levels : p));
    }
    return s;
}

double slow_auroc(const Sample& s)
{
    double won = 0;
    double pairs = 0;
    for (std::size_t i = 0; i < s.wrong.size(); ++i)
        for (std::size_t j = 0; j < s.wrong.size(); ++j)
            if (s.wrong[i] && !s.wrong[j]) {
                pairs += 1;
                won += s.predicted[i] > s.predicted[j] ? 1 : s.predicted[i] == s.predicted[j] ? 0.5 : 0;
            }
    return won / pairs;
}

}  // namespace

class TestQuality : public QObject {
    Q_OBJECT
private slots:
    void auroc_is_the_share_of_pairs_in_order_data()
    {
        QTest::addColumn<int>("levels");
        QTest::newRow("distinct") << 0;
        QTest::newRow("many ties") << 5;
        QTest::newRow("nearly all tied") << 1;
    }
    void auroc_is_the_share_of_pairs_in_order()
    {
        QFETCH(int, levels);
        const Sample s = sample(401, levels, 3);
        QVERIFY(std::abs(quality(s.predicted, s.wrong).auroc - slow_auroc(s)) < 1e-12);
    }

    void one_class_alone_has_no_order()
    {
        const std::vector<float> p{0.1F, 0.9F};
        QCOMPARE(quality(p, std::vector<std::uint8_t>{0, 0}).auroc, 0.5);
        QCOMPARE(quality(p, std::vector<std::uint8_t>{1, 1}).auroc, 0.5);
        QCOMPARE(quality({}, {}).samples, std::size_t{0});
    }

    void scores_by_hand()
    {
        const std::vector<float> p{0.25F, 0.5F, 0.75F, 0.5F};
        const std::vector<std::uint8_t> wrong{0, 1, 1, 0};
        const Quality q = quality(p, wrong);
        QVERIFY(std::abs(q.brier - (0.0625 + 0.25 + 0.0625 + 0.25) / 4) < 1e-12);
        QVERIFY(std::abs(q.log_loss + (2 * std::log(0.75) + 2 * std::log(0.5)) / 4) < 1e-12);
        // bins {0.25}, {0.5, 0.5}, {0.75}: gaps 0.25, 0, 0.25
        QVERIFY(std::abs(q.ece - (0.25 + 0 + 0.25) / 4) < 1e-12);
    }

    void certain_and_wrong_is_a_finite_loss()
    {
        const Quality q = quality(std::vector<float>{0.0F, 1.0F}, std::vector<std::uint8_t>{1, 0});
        QVERIFY(std::isfinite(q.log_loss) && q.log_loss > 10);
    }

    void calibrated_predictions_have_a_small_error_and_shifted_ones_their_shift()
    {
        Sample s = sample(50000, 0, 9);
        QVERIFY(quality(s.predicted, s.wrong).ece < 0.015);
        for (float& p : s.predicted)
            p = p * 0.5F + 0.5F;  // mean shift 0.25
        QVERIFY(std::abs(quality(s.predicted, s.wrong).ece - 0.25) < 0.01);
    }

    void bins_have_equal_counts()
    {
        const Sample s = sample(1000, 0, 5);
        const auto bins = reliability(s.predicted, s.wrong, 10);
        QCOMPARE(bins.size(), std::size_t{10});
        for (const ReliabilityBin& bin : bins) {
            QCOMPARE(bin.samples, std::size_t{100});
            QVERIFY(bin.lower_edge <= bin.predicted && bin.predicted <= bin.upper_edge);
            QVERIFY(bin.low <= bin.actual && bin.actual <= bin.high);
        }
    }

    void ties_stay_in_one_bin()
    {
        const Sample s = sample(1000, 3, 5);
        const auto bins = reliability(s.predicted, s.wrong, 10);
        QVERIFY(bins.size() <= 4);
        std::size_t total = 0;
        for (std::size_t b = 0; b < bins.size(); ++b) {
            total += bins[b].samples;
            QVERIFY(b == 0 || bins[b].lower_edge > bins[b - 1].upper_edge);
        }
        QCOMPARE(total, std::size_t{1000});
        QCOMPARE(reliability(s.predicted, s.wrong, 0).size(), std::size_t{0});
        QCOMPARE(reliability(std::span(s.predicted).first(3), std::span(s.wrong).first(3), 10).size() <= 3, true);
    }

    void wilson_matches_published_values()
    {
        // Newcombe 1998, table I: 81/263 -> 0.2553 to 0.3662; 0/20 -> 0 to 0.1611
        const Interval a = wilson(81, 263);
        QVERIFY(std::abs(a.low - 0.2553) < 1e-4 && std::abs(a.high - 0.3662) < 1e-4);
        const Interval b = wilson(0, 20);
        QVERIFY(b.low == 0.0 && std::abs(b.high - 0.1611) < 1e-4);
        QCOMPARE(wilson(0, 0).high, 1.0);
    }
};

QTEST_APPLESS_MAIN(TestQuality)
#include "tst_quality.moc"
