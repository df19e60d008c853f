// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/analysis/run/check.h"
#include "core/analysis/run/restricted.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;

class TestRestricted : public QObject {
    Q_OBJECT
private slots:
    void isTheRunOfThatSchedule_data()
    {
        QTest::addColumn<int>("schedule");
        for (const run::Schedule schedule :
             {run::Schedule::non_increasing, run::Schedule::non_decreasing, run::Schedule::uniform})
            QTest::newRow(run::name(schedule).data()) << static_cast<int>(schedule);
    }
    /// The states are those that the schedule would have made, in their order, each with its own columns.
    void isTheRunOfThatSchedule()
    {
        QFETCH(int, schedule);
        const auto wanted = static_cast<run::Schedule>(schedule);
        const run::RunPtr whole = tests::synthetic_run({.exits = 3, .fit_samples = 40, .test_samples = 50});
        const run::RunPtr part = run::restricted(whole, wanted);
        QVERIFY(!run::inconsistency(*part));
        const std::vector<run::State> states = run::enumerate_states(3, whole->precisions, wanted);
        QCOMPARE(part->states.size(), states.size());
        QCOMPARE(part->schedule, wanted);
        for (std::size_t s = 0; s < states.size(); ++s) {
            QCOMPARE(part->states[s].name(), states[s].name());
            QVERIFY(part->states[s].parent == states[s].parent);
            std::size_t from = 0;
            while (whole->states[from].name() != states[s].name())
                ++from;
            QVERIFY(part->test.prediction[s] == whole->test.prediction[from]);
            QVERIFY(part->fit.probabilities[s] == whole->fit.probabilities[from]);
            QVERIFY(part->test.true_probability[s] == whole->test.true_probability[from]);
            QCOMPARE(part->test.statistics[s].back().entropy, whole->test.statistics[from].back().entropy);
        }
        QCOMPARE(part->states[part->full().at()].name(), whole->states[whole->full().at()].name());
    }

    void nothingToLeaveOutIsTheSameRun()
    {
        const run::RunPtr whole = tests::synthetic_run({.exits = 2, .fit_samples = 20, .test_samples = 20});
        QVERIFY(run::restricted(whole, run::Schedule::free) == whole);
    }
};

QTEST_APPLESS_MAIN(TestRestricted)
#include "tst_restricted.moc"
