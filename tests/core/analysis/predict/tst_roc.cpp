// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <cmath>
#include <vector>

#include "core/analysis/predict/error_clusters.h"
#include "core/analysis/predict/predictors.h"
#include "core/analysis/predict/quality.h"
#include "core/analysis/predict/roc.h"
#include "core/base/random.h"

using namespace exitscope;

namespace {

struct Sampled {
    std::vector<float> predicted;
    std::vector<std::uint8_t> wrong;
    std::vector<run::Statistics> statistics;
};

/// Predictions on a coarse lattice, so that there are ties.
Sampled sampled(std::size_t count, std::uint64_t seed)
{
    Random random(seed);
    Sampled made;
    for (std::size_t i = 0; i < count; ++i) {
        const double p = std::floor(20 * random.uniform() * random.uniform()) / 20;
        made.predicted.push_back(static_cast<float>(p));
        made.wrong.push_back(random.uniform() < 0.1 + 0.6 * p);
        const auto confidence = static_cast<float>(1 - p);
        made.statistics.push_back({confidence, static_cast<float>(p), confidence / 2, static_cast<float>(p) / 3});
    }
    return made;
}

/// AUROC pair by pair.
double by_pairs(const Sampled& s)
{
    double sum = 0;
    double pairs = 0;
    for (std::size_t i = 0; i < s.wrong.size(); ++i)
        for (std::size_t k = 0; k < s.wrong.size(); ++k) {
            if (s.wrong[i] == 0 || s.wrong[k] != 0)
                continue;
            sum += s.predicted[i] > s.predicted[k] ? 1.0 : s.predicted[i] == s.predicted[k] ? 0.5 : 0.0;
            ++pairs;
        }
    return sum / pairs;
}

}  // namespace

class TestRoc : public QObject {
    Q_OBJECT
private slots:
    void areaIsPairwise();
    void pointsCountWhatIsFlagged();
    void oneKindOfAnswer();
    void thinningKeepsTheEnds();
    void scoresAddUp();
    void clustersAddUp();
    void fewDistinctAnswers();
};

void TestRoc::areaIsPairwise()
{
    const Sampled s = sampled(300, 5);
    const double area = by_pairs(s);
    const predict::Roc roc = predict::roc(s.predicted, s.wrong);
    QVERIFY(std::fabs(roc.auroc - area) < 1e-9);
    QVERIFY(std::fabs(roc.auroc - predict::quality(s.predicted, s.wrong).auroc) < 1e-9);
    double under = 0;  // trapezoids under the curve
    for (std::size_t i = 1; i < roc.points.size(); ++i)
        under +=
            (roc.points[i].alarms - roc.points[i - 1].alarms) * (roc.points[i].caught + roc.points[i - 1].caught) / 2;
    QVERIFY(std::fabs(under - area) < 1e-9);
}

void TestRoc::pointsCountWhatIsFlagged()
{
    const Sampled s = sampled(200, 6);
    const predict::Roc roc = predict::roc(s.predicted, s.wrong);
    QCOMPARE(roc.points.front().caught, 0.0);
    QCOMPARE(roc.points.back().caught, 1.0);
    QCOMPARE(roc.points.back().alarms, 1.0);
    for (const predict::RocPoint& point : roc.points) {
        double caught = 0;
        double alarms = 0;
        for (std::size_t i = 0; i < s.wrong.size(); ++i)
            if (double(s.predicted[i]) >= point.threshold)
                (s.wrong[i] ? caught : alarms) += 1;
        QVERIFY(std::fabs(point.caught - caught / double(roc.wrong)) < 1e-12);
        QVERIFY(std::fabs(point.alarms - alarms / double(roc.right)) < 1e-12);
    }
}

void TestRoc::oneKindOfAnswer()
{
    const std::vector<float> predicted{0.1F, 0.2F};
    const predict::Roc roc = predict::roc(predicted, std::vector<std::uint8_t>{0, 0});
    QCOMPARE(roc.auroc, 0.5);
    QCOMPARE(predict::roc({}, {}).points.size(), std::size_t{1});
}

void TestRoc::thinningKeepsTheEnds()
{
    std::vector<float> predicted;
    std::vector<std::uint8_t> wrong;
    for (int i = 0; i < 5000; ++i) {
        predicted.push_back(static_cast<float>(i) / 5000);
        wrong.push_back(i % 3 == 0);
    }
    const predict::Roc roc = predict::roc(predicted, wrong);
    const auto few = predict::thinned(roc.points, 50);
    QVERIFY(few.size() >= 40 && few.size() <= 52);
    QCOMPARE(few.front().caught, 0.0);
    QCOMPARE(few.back().alarms, 1.0);
}

void TestRoc::scoresAddUp()
{
    const Sampled s = sampled(400, 7);
    const predict::ScoreHistogram scores = predict::score_histogram(s.predicted, s.wrong, 8);
    QVERIFY(std::fabs(scores.highest - double(*std::max_element(s.predicted.begin(), s.predicted.end()))) < 1e-9);
    for (std::size_t bin = 0; bin < 8; ++bin) {
        const double low = scores.highest * double(bin) / 8;
        const double high = scores.highest * double(bin + 1) / 8;
        std::size_t right = 0;
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < s.wrong.size(); ++i) {
            const double p = double(s.predicted[i]);
            if (p >= low && (p < high || bin == 7))
                ++(s.wrong[i] ? wrong : right);
        }
        QCOMPARE(scores.right[bin], right);
        QCOMPARE(scores.wrong[bin], wrong);
    }
}

void TestRoc::clustersAddUp()
{
    const Sampled s = sampled(500, 8);
    const predict::ErrorClusters found = predict::error_clusters(s.statistics, s.predicted, s.wrong, 6, 1);
    QCOMPARE(found.clusters.size(), std::size_t{6});
    double before = -1;
    for (std::size_t k = 0; k < found.clusters.size(); ++k) {
        double predicted = 0;
        double wrong = 0;
        std::size_t samples = 0;
        for (std::size_t i = 0; i < found.of.size(); ++i) {
            if (found.of[i] != k)
                continue;
            ++samples;
            predicted += double(s.predicted[i]);
            wrong += s.wrong[i];
        }
        QCOMPARE(found.clusters[k].samples, samples);
        QVERIFY(std::fabs(found.clusters[k].predicted - predicted / double(samples)) < 1e-9);
        QVERIFY(std::fabs(found.clusters[k].actual - wrong / double(samples)) < 1e-9);
        QVERIFY(found.clusters[k].low <= found.clusters[k].actual);
        QVERIFY(found.clusters[k].predicted >= before);
        before = found.clusters[k].predicted;
    }
}

void TestRoc::fewDistinctAnswers()
{
    const std::vector<run::Statistics> same(10, run::Statistics{0.5F, 0.2F, 0.1F, 0.1F});
    const std::vector<float> predicted(10, 0.3F);
    const std::vector<std::uint8_t> wrong(10, 1);
    const auto found = predict::error_clusters(same, predicted, wrong, 6, 1);
    QCOMPARE(found.clusters.size(), std::size_t{1});
    QCOMPARE(found.clusters.front().samples, std::size_t{10});
    QVERIFY(predict::error_clusters({}, {}, {}, 6, 1).clusters.empty());
}

QTEST_APPLESS_MAIN(TestRoc)
#include "tst_roc.moc"
