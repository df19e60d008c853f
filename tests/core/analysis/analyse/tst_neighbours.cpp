// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <algorithm>
#include <cmath>

#include "core/analysis/analyse/neighbours.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;

class TestNeighbours : public QObject {
    Q_OBJECT
private slots:
    void nearestByCentredLogits();
    void nothingWithoutProbabilities();
};

void TestNeighbours::nearestByCentredLogits()
{
    const run::RunPtr run = tests::synthetic_run({.exits = 2, .test_samples = 300});
    const StateIndex state(3);
    const auto logits = [&](std::size_t sample) {
        std::vector<double> row;
        double mean = 0;
        for (std::size_t c = 0; c < run->classes; ++c) {
            const float p = run->test.probabilities[state.at()][sample * run->classes + c];
            row.push_back(std::log(std::max(double(p), 1e-7)));
            mean += row.back() / double(run->classes);
        }
        for (double& x : row)
            x -= mean;
        return row;
    };
    std::vector<std::pair<double, std::size_t>> all;
    for (std::size_t i = 0; i < 300; ++i) {
        double square = 0;
        for (std::size_t c = 0; c < run->classes; ++c)
            square += std::pow(logits(i)[c] - logits(17)[c], 2);
        if (i != 17)
            all.emplace_back(std::sqrt(square), i);
    }
    std::sort(all.begin(), all.end());
    const auto found = analyse::nearest_answers(*run, state, SampleIndex(17), 8);
    QCOMPARE(found.size(), std::size_t{8});
    for (std::size_t k = 0; k < found.size(); ++k)
        QVERIFY(std::fabs(found[k].distance - all[k].first) < 1e-3);
    QCOMPARE(found.front().sample.at(), all.front().second);
}

void TestNeighbours::nothingWithoutProbabilities()
{
    const run::RunPtr run = tests::synthetic_run({.exits = 2, .test_samples = 50, .probabilities = false});
    QVERIFY(analyse::nearest_answers(*run, StateIndex(0), SampleIndex(0), 8).empty());
}

QTEST_APPLESS_MAIN(TestNeighbours)
#include "tst_neighbours.moc"
