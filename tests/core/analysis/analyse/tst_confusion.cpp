// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <map>

#include "core/analysis/analyse/confusion.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
using namespace exitscope::analyse;

class TestConfusion : public QObject {
    Q_OBJECT
private slots:
    void every_cell_is_counted_data()
    {
        QTest::addColumn<bool>("labelled");
        QTest::addColumn<int>("exit");
        QTest::addColumn<bool>("full");
        QTest::newRow("all") << true << -1 << false;
        QTest::newRow("one exit") << true << 1 << false;
        QTest::newRow("full model at one exit") << true << 2 << true;
        QTest::newRow("no labels") << false << -1 << false;
    }
    void every_cell_is_counted()
    {
        QFETCH(bool, labelled);
        QFETCH(int, exit);
        QFETCH(bool, full);
        run::Run run =
            *tests::synthetic_run({.exits = 3, .fit_samples = 50, .test_samples = 900, .labelled_test = labelled});
        if (labelled)
            for (std::size_t i = 0; i < 90; ++i)
                run.test.labels[9 * i] = -1;
        std::vector<StateIndex> states;
        for (std::size_t i = 0; i < 900; ++i)
            states.emplace_back((i * 5) % run.states.size());
        ConfusionScope scope;
        if (exit >= 0)
            scope.exit = ExitIndex(std::size_t(exit));
        scope.full_model = full;

        std::map<std::pair<int, int>, std::uint32_t> expected;
        std::size_t samples = 0;
        for (std::size_t i = 0; i < 900; ++i) {
            if (exit >= 0 && int(run.states[states[i].at()].exit.value) != exit)
                continue;
            const int by_full = run.test.prediction[run.full().at()][i];
            const int truth = labelled ? run.test.labels[i] : by_full;
            if (truth < 0)
                continue;
            ++expected[{truth, full ? by_full : int(run.test.prediction[states[i].at()][i])}];
            ++samples;
        }
        const Confusion counted = confusion(run, states, scope);
        QCOMPARE(counted.samples, samples);
        for (int truth = 0; truth < int(run.classes); ++truth)
            for (int answer = 0; answer < int(run.classes); ++answer)
                QCOMPARE(counted.count(std::size_t(truth), std::size_t(answer)), (expected[{truth, answer}]));
    }

    void the_most_confused_pairs_come_first()
    {
        const Confusion counted{3,
                                60,
                                {10, 4, 0,  //
                                 7, 20, 4,  //
                                 0, 1, 14}};
        const auto pairs = confused_pairs(counted, 3);
        QCOMPARE(pairs.size(), std::size_t{3});
        const auto is = [&](std::size_t at, std::uint32_t truth, std::uint32_t answer, std::uint32_t count,
                            std::uint32_t of) {
            return pairs[at].truth == truth && pairs[at].answer == answer && pairs[at].count == count &&
                   pairs[at].of == of;
        };
        QVERIFY(is(0, 1, 0, 7, 31));
        QVERIFY(is(1, 0, 1, 4, 14));
        QVERIFY(is(2, 1, 2, 4, 31));
        QCOMPARE(confused_pairs(counted, 100).size(), std::size_t{4});
        QVERIFY((by_errors(counted) == std::vector<std::uint32_t>{1, 0, 2}));
    }

    void too_many_classes_make_no_matrix()
    {
        run::Run run = *tests::synthetic_run({.exits = 2, .fit_samples = 20, .test_samples = 20});
        run.classes = most_confusion_classes + 1;
        const Confusion counted = confusion(run, std::vector(20, run.full()));
        QVERIFY(counted.counts.empty() && counted.classes == 0 && confused_pairs(counted, 5).empty());
    }
};

QTEST_APPLESS_MAIN(TestConfusion)
#include "tst_confusion.moc"
