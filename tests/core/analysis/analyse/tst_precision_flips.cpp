// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <algorithm>

#include "core/analysis/analyse/precision_flips.h"
#include "core/deploy/evaluate/quantization_findings.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
using namespace exitscope::tests;

class TestPrecisionFlips : public QObject {
    Q_OBJECT
private slots:
    void countsAreThoseOfTheAnswers();
    void withoutLabels();
    void onePrecisionHasNoFlips();
    void importedRunsSayWhatIsMissing();
};

void TestPrecisionFlips::countsAreThoseOfTheAnswers()
{
    const run::RunPtr run = synthetic_run({.exits = 3, .test_samples = 500});
    const auto rows = analyse::precision_flips(*run);
    QCOMPARE(rows.size(), std::size_t{3 * 2});
    for (const analyse::PrecisionFlips& row : rows) {
        const run::State& state = run->states[row.state.at()];
        const run::State& reference = run->states[row.reference_state.at()];
        QCOMPARE(state.exit, row.exit);
        QCOMPARE(reference.exit, row.exit);
        QVERIFY(std::all_of(state.path.begin(), state.path.end(), [&](Precision p) { return p == row.precision; }));
        QVERIFY(std::all_of(reference.path.begin(), reference.path.end(), [](Precision p) {
            return p == Precision{8, 8};
        }));
        std::size_t lost = 0, gained = 0, right = 0, wrong = 0, changed = 0;
        for (std::size_t i = 0; i < 500; ++i) {
            const int label = run->test.labels[i];
            const int here = run->test.prediction[row.state.at()][i];
            const int there = run->test.prediction[row.reference_state.at()][i];
            lost += there == label && here != label;
            gained += there != label && here == label;
            right += there == label && here == label;
            wrong += there != label && here != label;
            changed += here != there;
        }
        QVERIFY(lost > 0 && gained > 0);
        QCOMPARE(row.lost, lost);
        QCOMPARE(row.gained, gained);
        QCOMPARE(row.both_right, right);
        QCOMPARE(row.both_wrong, wrong);
        QCOMPARE(row.changed, changed);
        for (const auto& [which, wanted] : {std::pair(analyse::Flip::lost, lost),
                                            {analyse::Flip::gained, gained},
                                            {analyse::Flip::changed, changed}}) {
            const std::vector<char> members = analyse::flipped(*run, row, which);
            QCOMPARE(std::size_t(std::count(members.begin(), members.end(), 1)), wanted);
        }
    }
}

void TestPrecisionFlips::withoutLabels()
{
    const run::RunPtr run = synthetic_run({.exits = 2, .test_samples = 200, .labelled_test = false});
    for (const analyse::PrecisionFlips& row : analyse::precision_flips(*run)) {
        QVERIFY(row.changed > 0);
        QCOMPARE(row.labelled, std::size_t{0});
        QCOMPARE(row.lost + row.gained + row.both_right + row.both_wrong, std::size_t{0});
        QCOMPARE(row.p, 1.0);
    }
}

void TestPrecisionFlips::onePrecisionHasNoFlips()
{
    QVERIFY(analyse::precision_flips(*synthetic_run({.precisions = {{8, 8}}, .test_samples = 50})).empty());
}

void TestPrecisionFlips::importedRunsSayWhatIsMissing()
{
    Progress progress;
    const auto findings = evaluate::quantization_findings(*synthetic_run({.test_samples = 100}), nullptr, {}, progress);
    QVERIFY(findings);
    QVERIFY(!findings->layers);
    QVERIFY(!findings->missing.empty());
    QCOMPARE(findings->flips.size(), std::size_t{8});
}

QTEST_APPLESS_MAIN(TestPrecisionFlips)
#include "tst_precision_flips.moc"
