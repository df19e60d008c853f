// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <cmath>

#include "core/analysis/analyse/familiarity.h"
#include "core/analysis/report/familiarity.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;

class TestFamiliarity : public QObject {
    Q_OBJECT
private slots:
    void suspicion();
    void countsTheFullModel();
    void sentenceNamesTheGap();
};

void TestFamiliarity::suspicion()
{
    Familiarity seen{0.995, 0.992, 2000, 2000, false};
    QVERIFY(seen.suspicious());
    seen.fitted_accuracy = 0.92;
    QVERIFY(!seen.suspicious());
    QVERIFY((Familiarity{0.995, 0.92, 2000, 500, true}.suspicious()));
    QVERIFY((!Familiarity{0.995, 0.99, 2000, 500, true}.suspicious()));
    QVERIFY((!Familiarity{0.95, 0.90, 2000, 50, true}.suspicious()));  // 5 points of 50 images are chance
    QVERIFY((!Familiarity{0.90, 0.99, 2000, 2000, true}.suspicious()));
    QVERIFY((!Familiarity{0.99, 0.5, 2000, 0, true}.suspicious()));
}

void TestFamiliarity::countsTheFullModel()
{
    run::Run run = *tests::synthetic_run();
    const auto& labels = run.fit.labels;
    auto& prediction = run.fit.prediction[run.full().at()];
    for (std::size_t i = 0; i < labels.size(); ++i)
        prediction[i] = static_cast<std::uint16_t>(labels[i]);
    auto& others = run.test.prediction[run.full().at()];
    for (std::size_t i = 0; i < others.size(); ++i)  // every fourth is wrong
        others[i] = static_cast<std::uint16_t>((run.test.labels[i] + (i % 4 == 0)) % static_cast<int>(run.classes));
    const Familiarity seen = analyse::familiarity(run);
    QCOMPARE(seen.fitted_accuracy, 1.0);
    QCOMPARE(seen.fitted_samples, run.fit.samples);
    QCOMPARE(seen.other_samples, run.test.samples);
    QVERIFY(std::abs(seen.other_accuracy - 0.75) < 0.01 && seen.suspicious());
    run.test.labels.clear();
    QVERIFY(!analyse::familiarity(run).suspicious());
}

void TestFamiliarity::sentenceNamesTheGap()
{
    const std::string known = report::to_sentence({0.998, 0.917, 2000, 5000, true});
    QVERIFY2(known.find("99.80 %") != std::string::npos && known.find("91.70 %") != std::string::npos &&
                 known.find("8.1 points too low") != std::string::npos,
             known.c_str());
    const std::string guess = report::to_sentence({0.998, 0.997, 2000, 2000, false});
    QVERIFY2(guess.find("most likely trained on them") != std::string::npos, guess.c_str());
}

QTEST_APPLESS_MAIN(TestFamiliarity)
#include "tst_familiarity.moc"
