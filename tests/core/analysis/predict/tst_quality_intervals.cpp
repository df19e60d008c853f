// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <cmath>
#include <numeric>

#include "core/analysis/predict/predictors.h"
#include "core/analysis/predict/quality.h"
#include "core/analysis/predict/quality_intervals.h"
#include "core/base/random.h"

using namespace exitscope;
using namespace exitscope::predict;

namespace {

struct Sample {
    std::vector<float> predicted;
    std::vector<std::uint8_t> wrong;
    std::vector<std::uint32_t> image;
};

/// Calibrated up to a factor: an answer predicted wrong with p is so with `scale` p.
Sample sample(std::size_t count, double scale, std::uint64_t seed)
{
    Random random(seed);
    Sample s;
    for (std::size_t i = 0; i < count; ++i) {
        const double p = random.uniform();
        s.wrong.push_back(random.uniform() < scale * p);
        s.predicted.push_back(static_cast<float>(p));
        s.image.push_back(static_cast<std::uint32_t>(i));
    }
    return s;
}

QualityIntervals intervals(const Sample& s)
{
    return quality_intervals(s.predicted, s.wrong, s.image, 7);
}

/// Standard error of an AUROC (Hanley and McNeil 1982).
double hanley_mcneil(double a, double wrongs, double rights)
{
    const double q1 = a / (2 - a);
    const double q2 = 2 * a * a / (1 + a);
    return std::sqrt((a * (1 - a) + (wrongs - 1) * (q1 - a * a) + (rights - 1) * (q2 - a * a)) / (wrongs * rights));
}

double width(const Interval& interval)
{
    return interval.high - interval.low;
}

}  // namespace

class TestQualityIntervals : public QObject {
    Q_OBJECT
private slots:
    void the_auroc_is_as_uncertain_as_theory_says()
    {
        const Sample s = sample(4000, 1.0, 3);
        const double wrongs = std::accumulate(s.wrong.begin(), s.wrong.end(), 0.0);
        const double a = quality(s.predicted, s.wrong).auroc;
        const double expected = 2 * 1.96 * hanley_mcneil(a, wrongs, 4000 - wrongs);
        const Interval found = intervals(s).auroc;
        QVERIFY(found.low < a && a < found.high);
        QVERIFY2(std::abs(width(found) / expected - 1) < 0.25, qPrintable(QString::number(width(found) / expected)));
    }

    void answers_about_one_image_count_once()
    {
        const Sample once = sample(2000, 0.7, 5);
        Sample often;
        for (int copy = 0; copy < 4; ++copy) {
            often.predicted.insert(often.predicted.end(), once.predicted.begin(), once.predicted.end());
            often.wrong.insert(often.wrong.end(), once.wrong.begin(), once.wrong.end());
            often.image.insert(often.image.end(), once.image.begin(), once.image.end());
        }
        const QualityIntervals a = intervals(once);
        const QualityIntervals b = intervals(often);
        QVERIFY(std::abs(width(a.auroc) / width(b.auroc) - 1) < 0.25);
        QVERIFY(std::abs(width(a.ece) / width(b.ece) - 1) < 0.25);
    }

    void a_miscalibration_lies_within_its_interval()
    {
        const Sample s = sample(5000, 0.7, 11);
        // E |p - 0.7 p| over uniform p.
        const double truth = 0.15;
        const QualityIntervals found = intervals(s);
        QVERIFY(found.ece.low < truth && truth < found.ece.high);
        QVERIFY(found.ece_width.low < truth && truth < found.ece_width.high);
        QVERIFY(std::abs(quality(s.predicted, s.wrong).ece_width - truth) < 0.02);
        QVERIFY(intervals(sample(5000, 1.0, 12)).ece.high < 0.03);
    }

    void bins_of_equal_width_hold_their_edges()
    {
        QCOMPARE(width_bin(0.0F), std::size_t{0});
        QCOMPARE(width_bin(-1.0F), std::size_t{0});
        QCOMPARE(width_bin(1.0F), calibration_bins - 1);
        QCOMPARE(width_bin(0.5F), calibration_bins / 2);
    }

    void the_seed_decides_everything()
    {
        const Sample s = sample(1000, 1.0, 2);
        QCOMPARE(intervals(s).auroc.low, intervals(s).auroc.low);
        QVERIFY(quality_intervals(s.predicted, s.wrong, s.image, 8).auroc.low != intervals(s).auroc.low);
        QCOMPARE(quality_intervals({}, {}, {}, 1).auroc.high, 1.0);
    }
};

QTEST_APPLESS_MAIN(TestQualityIntervals)
#include "tst_quality_intervals.moc"
