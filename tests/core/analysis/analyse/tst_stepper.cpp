// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/analysis/analyse/decide.h"
#include "core/analysis/analyse/stepper.h"
#include "core/analysis/policy/policy.h"
#include "core/analysis/policy/registry.h"
#include "core/base/random.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;
using namespace exitscope::analyse;

namespace {

bool same(const Outcome& a, const Outcome& b)
{
    return a.accuracy.value == b.accuracy.value && a.accuracy.low == b.accuracy.low &&
           a.accuracy.samples == b.accuracy.samples && a.relative_cost == b.relative_cost && a.cost == b.cost &&
           a.milliseconds == b.milliseconds && a.exit_share == b.exit_share && a.precision_share == b.precision_share &&
           a.state_count == b.state_count && a.agreement == b.agreement;
}

}  // namespace

class TestStepper : public QObject {
    Q_OBJECT
private slots:
    void everyStepEqualsADecision_data()
    {
        QTest::addColumn<QString>("name");
        for (const policy::Info& info : policy::registry())
            QTest::newRow(info.name.data()) << QString::fromUtf8(info.name.data(), qsizetype(info.name.size()));
    }

    /// Small steps up and down, jumps, and the ends: states, figures and the list of changes.
    void everyStepEqualsADecision()
    {
        QFETCH(QString, name);
        static const run::RunPtr run = tests::synthetic_run(
            {.exits = 3, .precisions = {{4, 4}, {8, 8}}, .fit_samples = 800, .test_samples = 1500});
        static const auto costs = *cost::make_costs(*run, cost::Kind::bops);
        static const auto analysis = *Analysis::make(run, {.seed = 3, .threads = 2});
        const auto fitted = analysis->fit(name.toStdString(), costs, 2);
        QVERIFY(fitted.has_value());
        Stepper stepper(*fitted);
        Decisions stepped;
        Decisions before;
        Random random(11);
        double budget = 0.5;
        std::size_t partial = 0;
        for (int step = 0; step < 150; ++step) {
            switch (step % 10) {
            case 7: budget = random.uniform(); break;
            case 8: budget = 1; break;
            case 9: budget = 0; break;
            default: budget = std::clamp(budget + 0.02 * (random.uniform() - 0.5), 0.0, 1.0);
            }
            before.state = stepped.state;
            const auto changed = stepper.move(budget, stepped);
            const Decisions fresh = decide(*fitted, budget);
            QVERIFY(stepped.state == fresh.state);
            QVERIFY(same(stepped.outcome, fresh.outcome));
            QCOMPARE(stepped.knob, fresh.knob);
            QCOMPARE(stepped.budget, fresh.budget);
            if (!changed)
                continue;
            ++partial;
            std::vector<SampleIndex> differing;
            for (std::size_t i = 0; i < fresh.state.size(); ++i)
                if (before.state[i] != fresh.state[i])
                    differing.push_back(SampleIndex(i));
            QVERIFY(*changed == differing);
        }
        QVERIFY(partial > 20);
    }

    void decisionsOfSomebodyElseAreDecidedAnew()
    {
        const run::RunPtr run = tests::synthetic_run({.exits = 3, .fit_samples = 400, .test_samples = 500});
        const auto costs = *cost::make_costs(*run, cost::Kind::bops);
        const auto analysis = *Analysis::make(run);
        Stepper quee(*analysis->fit("quee", costs, 2));
        Stepper confidence(*analysis->fit("confidence", costs, 2));
        Decisions decisions;
        QVERIFY(!quee.move(0.4, decisions));
        QVERIFY(!confidence.move(0.4, decisions));
        QVERIFY(!quee.move(0.4, decisions));
        QVERIFY(quee.move(0.4, decisions)->empty());
        quee.forget();
        QVERIFY(!quee.move(0.4, decisions));
        QVERIFY(decisions.state == decide(quee.policy(), 0.4).state);
    }

    void threadsDoNotChangeTheFigures()
    {
        const run::RunPtr run = tests::synthetic_run({.exits = 2,
                                                      .precisions = {{4, 4}, {8, 8}},
                                                      .fit_samples = 300,
                                                      .test_samples = 150'000,
                                                      .probabilities = false});
        const auto costs = *cost::make_costs(*run, cost::Kind::bops);
        const Decisions one = decide(*(*Analysis::make(run, {.seed = 1, .threads = 1}))->fit("quee", costs, 2), 0.4);
        const Decisions four = decide(*(*Analysis::make(run, {.seed = 1, .threads = 4}))->fit("quee", costs, 2), 0.4);
        QVERIFY(one.state == four.state);
        QVERIFY(same(one.outcome, four.outcome));
    }
};

QTEST_APPLESS_MAIN(TestStepper)
#include "tst_stepper.moc"
