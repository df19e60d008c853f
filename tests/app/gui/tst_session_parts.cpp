// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of a session, each without the others.
#include <algorithm>

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/choices.h"
#include "app/decider.h"
#include "app/filters.h"
#include "app/fits.h"
#include "app/inputs.h"
#include "app/open_run.h"
#include "app/study.h"
#include "core/analysis/run/run_file.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;

namespace {

run::RunPtr smallRun(run::Schedule schedule = run::Schedule::free)
{
    return tests::synthetic_run(
        {.exits = 3, .precisions = {{4, 4}, {8, 8}}, .schedule = schedule, .fit_samples = 300, .test_samples = 400});
}

/// A policy on a run, ready to decide.
std::shared_ptr<analyse::Stepper> stepperOn(const run::RunPtr& run, const char* policy = "quee")
{
    const auto analysis = *analyse::Analysis::make(run);
    const cost::Costs costs = *cost::make_costs(*run, cost::Kind::bops);
    return std::make_shared<analyse::Stepper>(*analysis->fit(policy, costs, 21));
}

}  // namespace

class TestSessionParts : public QObject {
    Q_OBJECT
private slots:
    void choicesAreKeptWithinTheRun();
    void choicesGoThroughAFile();
    void theFirstBudgetIsFoundOnce();
    void aStepOfTheBudgetEqualsADecisionAnew();
    void anotherGraphIsSeen();
    void filtersFollowThePointAndAreUndone();
    void fitsOutliveNeitherRunNorCost();
    void whatCannotBeFittedIsKnown();
    void aRunOpensAndSaves();
    void aRunThatIsNoneIsReported();
    void aStudyDecidesByItself();
};

void TestSessionParts::choicesAreKeptWithinTheRun()
{
    app::Choices choices;
    const run::RunPtr run = smallRun(run::Schedule::uniform);
    QVERIFY(!choices.setPolicy("no such policy"));
    QVERIFY(choices.setPolicy("confidence"));
    QVERIFY(!choices.setPolicy("confidence"));
    QVERIFY(choices.showCurve("quee", false));
    QVERIFY(!choices.showCurve("quee", false));
    QCOMPARE(choices.policies().front(), std::string("confidence"));
    QVERIFY(choices.setBudget(0.1, 0.3));
    QCOMPARE(choices.budget(), 0.3);
    QVERIFY(!choices.setBudget(0.2, 0.3));
    QCOMPARE(choices.schedule(run.get()), run::Schedule::uniform);
    QVERIFY(!choices.setSchedule(run::Schedule::free, run.get()));
    QVERIFY(choices.select(SampleIndex(3)));
    choices.keepFor(*run);
    QVERIFY(!choices.selected());
    QCOMPARE(choices.policy(), std::string("confidence"));
}

void TestSessionParts::choicesGoThroughAFile()
{
    const run::RunPtr run = smallRun();
    app::Choices choices;
    choices.setPolicy("confidence");
    choices.setCost(cost::Kind::macs);
    choices.setBudget(0.4, 0);
    choices.setSchedule(run::Schedule::uniform, run.get());
    choices.select(SampleIndex(399));
    app::SessionState state;
    choices.writeTo(state);
    app::Choices again;
    again.restore(state, *run);
    QCOMPARE(again.policy(), std::string("confidence"));
    QCOMPARE(again.cost(), cost::Kind::macs);
    QCOMPARE(again.budget(), 0.4);
    QCOMPARE(again.schedule(run.get()), run::Schedule::uniform);
    QCOMPARE(again.selected(), std::optional(SampleIndex(399)));
    state.selected = 400;  // of a larger run
    again.restore(state, *run);
    QVERIFY(!again.selected());
}

void TestSessionParts::theFirstBudgetIsFoundOnce()
{
    const auto fit = stepperOn(smallRun());
    app::Choices choices;
    choices.startBudget(fit->policy(), 0.05);
    const double found = choices.budget();
    QVERIFY(found > 0.05 && found < 1);
    choices.setBudget(0.9, 0.05);
    choices.startBudget(fit->policy(), 0.05);
    QCOMPARE(choices.budget(), 0.9);
    choices.setCost(cost::Kind::macs);
    choices.startBudget(fit->policy(), 0.05);
    QCOMPARE(choices.budget(), found);
}

void TestSessionParts::aStepOfTheBudgetEqualsADecisionAnew()
{
    const run::RunPtr run = smallRun();
    const auto fit = stepperOn(run, "confidence");
    app::Decider decider;
    QVERIFY(!decider.point()->decided());
    decider.forget(run, fit->policy().costs);
    QVERIFY(!decider.decide(fit, 0.95).changed);
    int small = 0;
    for (double budget = 0.94; budget > 0.2; budget -= 0.01) {
        const gui::OperatingPointPtr before = decider.point();
        const std::vector<StateIndex> states = before->decisions.state;
        const app::Decider::Step step = decider.decide(fit, budget);
        QVERIFY(!step.otherGraph);
        QCOMPARE(before->decisions.state, states);  // published points never change

        app::Decider anew;
        anew.forget(run, fit->policy().costs);
        anew.decide(std::make_shared<analyse::Stepper>(fit->policy()), budget);
        QCOMPARE(decider.point()->decisions.state, anew.point()->decisions.state);
        QCOMPARE(decider.point()->predictedError, anew.point()->predictedError);
        if (!step.changed)
            continue;
        ++small;
        for (std::size_t i = 0; i < states.size(); ++i) {
            const bool listed =
                std::find(step.changed->begin(), step.changed->end(), SampleIndex(i)) != step.changed->end();
            QCOMPARE(decider.point()->decisions.state[i] != states[i], listed);
        }
    }
    QVERIFY(small > 0);
}

void TestSessionParts::anotherGraphIsSeen()
{
    const run::RunPtr run = smallRun();
    const auto fit = stepperOn(run);
    app::Decider decider;
    decider.forget(smallRun(), {});
    QVERIFY(decider.decide(fit, 0.5).otherGraph);
    QCOMPARE(decider.point()->run, run);
    QVERIFY(!decider.decide(fit, 0.4).otherGraph);
}

void TestSessionParts::filtersFollowThePointAndAreUndone()
{
    const run::RunPtr run = smallRun();
    const auto fit = stepperOn(run);
    app::Decider decider;
    decider.forget(run, fit->policy().costs);
    app::Filters filters;
    QSignalSpy passing(&filters, &app::Filters::passingChanged);
    QVERIFY(!filters.countMatching("index<7"));
    filters.setRun(decider.point(), nullptr);
    decider.decide(fit, 0.5);
    filters.setPoint(decider.point(), {});
    QCOMPARE(filters.passing().size(), std::size_t(400));
    QCOMPARE(*filters.countMatching("index<7"), std::size_t(7));
    QCOMPARE(passing.count(), 0);

    filters.add({{gui::Filter::Kind::exit, 1}});
    QCOMPARE(passing.count(), 1);
    const auto expect = [&] {
        std::vector<SampleIndex> at;
        for (std::size_t i = 0; i < 400; ++i)
            if (run->states[decider.point()->decisions.state[i].at()].exit.value == 1)
                at.push_back(SampleIndex(i));
        return at;
    };
    QVERIFY(!expect().empty() && expect().size() < 400);
    QCOMPARE(filters.passing(), expect());
    const app::Decider::Step step = decider.decide(fit, 0.501);
    filters.setPoint(decider.point(), step.changed);
    QCOMPARE(filters.passing(), expect());

    filters.undoStack().undo();
    QCOMPARE(filters.passing().size(), std::size_t(400));
    QVERIFY(filters.stack().empty());
    filters.undoStack().redo();
    QCOMPARE(filters.passing(), expect());
    filters.remove(0);
    QVERIFY(filters.stack().empty());
    filters.setRun(decider.point(), nullptr);
    QVERIFY(!filters.undoStack().canUndo());
}

void TestSessionParts::fitsOutliveNeitherRunNorCost()
{
    app::Jobs jobs;
    app::Fits fits(jobs);
    const run::RunPtr run = smallRun();
    QSignalSpy analysed(&fits, &app::Fits::analysed);
    QSignalSpy fitted(&fits, &app::Fits::fitted);
    fits.setRun(run);
    fits.fit({"quee"});
    QVERIFY(!jobs.busy());  // nothing is analysed yet
    fits.start(run, run::Schedule::free, cost::Kind::bops, {});
    QTRY_COMPARE(analysed.count(), 1);
    QTRY_VERIFY(!jobs.busy());
    QVERIFY(fits.cheapestBudget() > 0 && fits.cheapestBudget() < 1);
    QCOMPARE(fits.fixedModels().size(), run->states.size());
    fits.fit({"quee", "confidence", "quee"});
    QTRY_COMPARE(fitted.count(), 2);
    QTRY_VERIFY(!jobs.busy());
    fits.fit({"confidence"});
    QVERIFY(!jobs.busy());  // known already
    QVERIFY(fits.stepper("quee") && fits.result("confidence") && !fits.result("oracle"));
    QCOMPARE(fits.results({"confidence", "oracle", "quee", "confidence"}).size(), std::size_t(2));
    QVERIFY(fits.setCost(cost::Kind::macs));
    QCOMPARE(fits.costs().kind, cost::Kind::macs);
    QVERIFY(!fits.stepper("quee") && fits.analysis());
    fits.setRun(smallRun());
    QVERIFY(!fits.analysis());
    QVERIFY(fits.costs().state.empty());
}

void TestSessionParts::whatCannotBeFittedIsKnown()
{
    app::Jobs jobs;
    app::Fits fits(jobs);
    const run::RunPtr run =
        tests::synthetic_run({.exits = 3, .fit_samples = 300, .test_samples = 300, .labelled_test = false});
    fits.setRun(run);
    fits.start(run, run->schedule, cost::Kind::bops, {});
    QTRY_VERIFY(fits.analysis() && !jobs.busy());
    QSignalSpy unfit(&fits, &app::Fits::unfit);
    fits.fit({"oracle"});
    QTRY_VERIFY(!jobs.busy());
    QCOMPARE(unfit.count(), 1);
    QVERIFY(fits.problem("oracle") && !fits.problem("quee"));
    fits.fit({"oracle"});
    QVERIFY(!jobs.busy());  // not tried again
}

void TestSessionParts::aRunOpensAndSaves()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("run.exr"));
    QVERIFY(run::save(*smallRun(), path.toStdString()));
    app::Jobs jobs;
    const app::Inputs inputs(jobs);
    app::OpenRun opened(jobs, inputs);
    QSignalSpy arrived(&opened, &app::OpenRun::arrived);
    QVERIFY(opened.isSaved());
    opened.open(path, cost::Kind::bops);
    QTRY_COMPARE(arrived.count(), 1);
    QCOMPARE(opened.path(), path);
    app::SessionState state;
    opened.writeTo(state);
    QCOMPARE(state.run, path);

    opened.restore(state, {}, cost::Kind::bops);  // as from an abandoned session
    QTRY_COMPARE(arrived.count(), 2);
    QVERIFY(!opened.isSaved());
    bool then = false;
    opened.save(folder.filePath(QStringLiteral("missing/other.exr")), [&] { then = true; });
    QTRY_VERIFY(!jobs.busy());
    QVERIFY(!then && !opened.isSaved());
    const QString other = folder.filePath(QStringLiteral("other.exr"));
    opened.save(other, [&] { then = opened.isSaved(); });
    QTRY_VERIFY(then);
    QCOMPARE(opened.path(), other);
}

void TestSessionParts::aRunThatIsNoneIsReported()
{
    app::Jobs jobs;
    const app::Inputs inputs(jobs);
    app::OpenRun opened(jobs, inputs);
    QSignalSpy failed(&jobs, &app::Jobs::failed);
    opened.open(QStringLiteral("/nowhere/run.exr"), cost::Kind::bops);
    QTRY_COMPARE(failed.count(), 1);
    QVERIFY(!opened.run());
    opened.evaluate();
    QVERIFY(!jobs.busy());  // there is no model
}

void TestSessionParts::aStudyDecidesByItself()
{
    app::Jobs jobs;
    const app::Inputs inputs(jobs);
    app::Study study(jobs, inputs);
    QSignalSpy decided(&study, &app::Study::decided);
    std::size_t passingWhenDecided = 0;
    connect(&study, &app::Study::decided, this, [&] { passingWhenDecided = study.filters().passing().size(); });
    const run::RunPtr run = smallRun();
    study.setRun(run, {});
    study.analyse();
    QTRY_VERIFY(study.point()->decided() && !jobs.busy());
    QCOMPARE(passingWhenDecided, std::size_t(400));
    QVERIFY(study.choices().selected());
    const double budget = study.choices().budget();
    study.setCostKind(cost::Kind::macs);
    QVERIFY(!study.point()->decided());
    QTRY_VERIFY(study.point()->decided() && !jobs.busy());
    QCOMPARE(study.point()->costs.kind, cost::Kind::macs);
    study.setCostKind(cost::Kind::bops);
    QTRY_VERIFY(study.point()->decided() && !jobs.busy());
    QCOMPARE(study.choices().budget(), budget);
    const auto before = decided.count();
    study.setBudget(budget / 2);
    QCOMPARE(decided.count(), before + 1);
}

QTEST_GUILESS_MAIN(TestSessionParts)
#include "tst_session_parts.moc"
