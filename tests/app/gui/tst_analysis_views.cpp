// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractButton>
#include <QAbstractItemModelTester>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <QSpinBox>
#include <QTableView>
#include <QTest>
#include <QToolButton>

#include "app/main_window.h"
#include "app/session.h"
#include "core/analysis/analyse/confusion.h"
#include "core/analysis/analyse/neighbours.h"
#include "core/analysis/analyse/paired.h"
#include "core/analysis/analyse/precision_flips.h"
#include "core/analysis/risk/loss.h"
#include "core/analysis/run/run_file.h"
#include "tests/app/gui/window_test.h"
#include "tests/support/synthetic_run.h"
#include "widgets/common/fact_table.h"
#include "widgets/common/format.h"
#include "widgets/common/plot.h"
#include "widgets/common/theme.h"

using namespace exitscope;

class TestAnalysisViews : public tests::WindowTest {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();

    void keysBringViewsToTheFront();
    void aStreamFilters();
    void aRowOfTheFlowFilters();
    void aStreamOfASecondPassFilters();
    void aCellFilters();
    void confusionKeepsToOneExit();
    void flipsAreThoseOfThePairedTest();
    void aPinnedPointOutlivesItsRun();
    void aGuaranteeIsFoundAndUsed();
    void aGuaranteeCanBeCancelled();
    void unlabelledRunsAreShown();
    void tablesAreCopiedAndExported();
    void changedAnswersFilter();
    void layersNeedTheModel();
    void everyJudgementOfErrorsIsDrawn();
    void aClusterFilters();
    void neighboursSelect();
    void slidersSayWhatIsMissing();

private:
    [[nodiscard]] bool right(SampleIndex sample) const { return *session_->point()->good(sample); }

    QString run_;
    QString unlabelled_;
};

void TestAnalysisViews::initTestCase()
{
    tests::SyntheticOptions options;
    options.exits = 3;
    options.precisions = {{4, 4}, {8, 8}};
    options.fit_samples = 400;
    options.test_samples = 600;
    run_ = file("run.exr");
    QVERIFY(run::save(*tests::synthetic_run(options), run_.toStdString()));
    options.labelled_test = false;
    unlabelled_ = file("unlabelled.exr");
    QVERIFY(run::save(*tests::synthetic_run(options), unlabelled_.toStdString()));
}

void TestAnalysisViews::init()
{
    startAfresh();
    openWindow({}, {1400, 900});
}

void TestAnalysisViews::keysBringViewsToTheFront()
{
    openRun(run_);
    const char* views[] = {"tradeoffPlot",  "exitSharesPlot", "errorPlot",     "flowPlot",
                           "confusionPlot", "compareView",    "guaranteeView", "quantizationView"};
    for (int i = 7; i >= 0; --i) {
        QTest::keyClick(window_.get(), Qt::Key(Qt::Key_1 + i), Qt::ControlModifier);
        QTRY_VERIFY2(find<QWidget>(views[i])->isVisible(), views[i]);
    }
}

void TestAnalysisViews::aStreamFilters()
{
    openRun(run_);
    raise("flowDock");
    auto* plot = find<gui::Plot>("flowPlot");
    plot->replot();
    // the bar of the last exit's right answers: a vertical line through it meets it somewhere
    const int x = qRound(plot->xAxis->coordToPixel(3 + 0.62 + 0.03));
    bool hit = false;
    for (int y = plot->axisRect()->bottom() - 1; y > plot->axisRect()->top() && !hit; y -= 2) {
        QTest::mouseClick(plot, Qt::LeftButton, {}, QPoint(x, y));
        const auto& filters = session_->filters().filters();
        hit = filters.size() == 2 && filters[1].value == 1;
        if (!hit)
            session_->clearFilters();
    }
    QVERIFY(hit);
    std::size_t expected = 0;
    for (std::size_t i = 0; i < 600; ++i) {
        const SampleIndex sample(i);
        expected += session_->run()->states[session_->point()->state(sample).at()].exit.value == 2 && right(sample);
    }
    QVERIFY(expected > 0);
    QCOMPARE(session_->passing().size(), expected);
    // the condition follows the operating point
    QTest::keyClick(find<QSlider>("budgetSlider"), Qt::Key_Home);
    for (const SampleIndex sample : session_->passing())
        QCOMPARE(session_->run()->states[session_->point()->state(sample).at()].exit.value, 2U);
    session_->undoStack().undo();
    QCOMPARE(session_->filters().filters().size(), std::size_t(0));
}

void TestAnalysisViews::aRowOfTheFlowFilters()
{
    openRun(run_);
    raise("flowDock");
    QTest::mouseClick(find<QToolButton>("flowAsTable"), Qt::LeftButton);
    auto* table = find<gui::FactTable>("flowTable");
    QVERIFY(table->isVisible());
    QVERIFY(table->model().rowCount() > 5);
    table->sortByColumn(1, Qt::AscendingOrder);
    for (int row = 0; row < table->model().rowCount(); ++row) {
        session_->clearFilters();
        table->setCurrentIndex(table->model().index(row, 0));
        QTest::keyClick(table, Qt::Key_Return);
        QCOMPARE(gui::count(session_->passing().size()), table->model().index(row, 1).data().toString());
    }
}

void TestAnalysisViews::aStreamOfASecondPassFilters()
{
    openRun(run_);
    raise("flowDock");
    session_->setPolicy("escalate");
    QTRY_VERIFY_WITH_TIMEOUT(session_->point()->decisions.policy == "escalate" && !session_->jobs().busy(), 60000);
    session_->setBudget(0.9);
    auto* table = find<gui::FactTable>("flowTable");
    int second = -1;
    for (int row = 0; row < table->model().rowCount() && second < 0; ++row)
        if (table->model().index(row, 0).data().toString().startsWith(QStringLiteral("second pass at")))
            second = row;
    if (second < 0)
        QSKIP("nothing escalates in this run");
    emit table->picked(second);
    QVERIFY(!session_->passing().empty());
    for (const SampleIndex sample : session_->passing())
        QVERIFY(!session_->point()->run->states[session_->point()->state(sample).at()].first_pass.empty());
    // a stream of another graph means nothing in this one
    session_->setPolicy("quee");
    QTRY_VERIFY(session_->point()->decisions.policy == "quee");
    QVERIFY(session_->filters().empty());
    session_->undoStack().undo();
    session_->undoStack().redo();
    QVERIFY(session_->filters().empty());
}

void TestAnalysisViews::aCellFilters()
{
    openRun(run_);
    raise("confusionDock");
    auto* plot = find<gui::Plot>("confusionPlot");
    plot->replot();
    const QPoint cell(qRound(plot->xAxis->coordToPixel(3)), qRound(plot->yAxis->coordToPixel(2)));
    QTest::mouseClick(plot, Qt::LeftButton, {}, cell);
    const auto counted = analyse::confusion(*session_->run(), session_->point()->decisions.state);
    QCOMPARE(session_->filters().filters().size(), std::size_t(2));
    QCOMPARE(session_->passing().size(), std::size_t(counted.count(2, 3)));
    for (const SampleIndex sample : session_->passing()) {
        QCOMPARE(session_->point()->label(sample), 2);
        QCOMPARE(int(session_->point()->prediction(sample)), 3);
    }
    // dragging moves the drawing and picks nothing
    session_->clearFilters();
    QTest::mousePress(plot, Qt::LeftButton, {}, cell);
    QTest::mouseMove(plot, cell + QPoint(60, 0));
    QTest::mouseRelease(plot, Qt::LeftButton, {}, cell + QPoint(60, 0));
    QVERIFY(session_->filters().empty());
}

void TestAnalysisViews::confusionKeepsToOneExit()
{
    openRun(run_);
    raise("confusionDock");
    find<QComboBox>("confusionScope")->setCurrentIndex(2);
    find<QComboBox>("confusionOrder")->setCurrentIndex(1);
    find<QComboBox>("confusionValues")->setCurrentIndex(1);
    auto* table = find<gui::FactTable>("confusedPairs");
    QCOMPARE(table->model().columnCount(), 4);
    find<QCheckBox>("confusionDifference")->click();
    QCOMPARE(table->model().columnCount(), 5);
    analyse::ConfusionScope scope;
    scope.exit = ExitIndex(1);
    const auto pairs =
        analyse::confused_pairs(analyse::confusion(*session_->run(), session_->point()->decisions.state, scope), 200);
    QCOMPARE(table->model().rowCount(), int(pairs.size()));
    QVERIFY(!pairs.empty());
    emit table->picked(0);
    QCOMPARE(session_->passing().size(), std::size_t(pairs.front().count));
    for (const SampleIndex sample : session_->passing())
        QCOMPARE(session_->run()->states[session_->point()->state(sample).at()].exit.value, 1U);
}

void TestAnalysisViews::flipsAreThoseOfThePairedTest()
{
    openRun(run_);
    raise("compareDock");
    QTest::keyClick(find<QSlider>("budgetSlider"), Qt::Key_End);
    QTest::keyClick(window_.get(), Qt::Key_P, Qt::ControlModifier);
    const std::vector<StateIndex> before = session_->point()->decisions.state;
    QTest::keyClick(find<QSlider>("budgetSlider"), Qt::Key_Home);
    auto* lost = find<QPushButton>("flipsLost");
    QTRY_VERIFY(lost->isEnabled());
    QVERIFY(find<QLabel>("compareVerdict")->text().contains(QStringLiteral("McNemar")));
    std::vector<SampleIndex> expected;
    for (std::size_t i = 0; i < before.size(); ++i)
        if (session_->run()->test.correct(before[i], SampleIndex(i)) && !right(SampleIndex(i)))
            expected.emplace_back(i);
    QVERIFY(!expected.empty());
    QTest::mouseClick(lost, Qt::LeftButton);
    QVERIFY(session_->passing() == expected);
    // the other way round: what was lost is gained
    session_->clearFilters();
    QTest::keyClick(window_.get(), Qt::Key_P, Qt::ControlModifier);
    QTest::keyClick(find<QSlider>("budgetSlider"), Qt::Key_End);
    auto* gained = find<QPushButton>("flipsGained");
    QTRY_VERIFY(gained->isEnabled());
    QTest::mouseClick(gained, Qt::LeftButton);
    QVERIFY(session_->passing() == expected);
}

void TestAnalysisViews::aPinnedPointOutlivesItsRun()
{
    openRun(run_);
    raise("compareDock");
    session_->setBudget(1.0);
    QTest::keyClick(window_.get(), Qt::Key_P, Qt::ControlModifier);
    openRun(run_);
    session_->setBudget(session_->cheapestBudget());
    QTRY_VERIFY(find<QPushButton>("flipsLost")->isEnabled());
    openRun(unlabelled_);
    QTRY_VERIFY(find<QLabel>("compareVerdict")->text().startsWith(QStringLiteral("No paired test")));
}

void TestAnalysisViews::aGuaranteeIsFoundAndUsed()
{
    openRun(run_);
    raise("guaranteeDock");
    auto* loss = find<QComboBox>("guaranteeLoss");
    loss->setCurrentIndex(loss->findData(static_cast<int>(risk::Loss::consistency)));
    find<QDoubleSpinBox>("guaranteeEps")->setValue(30);
    find<QSpinBox>("guaranteeTrials")->setValue(20);
    QTest::mouseClick(find<QPushButton>("findGuarantee"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(find<QLabel>("guaranteeResult")->text().contains(QStringLiteral("held-out")), 60000);
    QVERIFY(find<gui::Plot>("riskPathPlot")->graphCount() >= 4);
    find<QComboBox>("guaranteeShown")->setCurrentIndex(2);
    QVERIFY(find<gui::FactTable>("riskTable")->model().rowCount() > 3);
    session_->setBudget(1.0);
    QTest::mouseClick(find<QPushButton>("useGuarantee"), Qt::LeftButton);
    QVERIFY(session_->budget() < 1.0);
    QVERIFY(find<QLabel>("guaranteeResult")->text().contains(QStringLiteral("held-out")));
}

void TestAnalysisViews::aGuaranteeCanBeCancelled()
{
    openRun(run_);
    raise("guaranteeDock");
    find<QSpinBox>("guaranteeTrials")->setValue(10000);
    auto* ask = find<QPushButton>("findGuarantee");
    QTest::mouseClick(ask, Qt::LeftButton);
    QVERIFY(session_->jobs().busy(app::Lane{"guarantee"}));
    QCOMPARE(ask->text(), QStringLiteral("Cancel"));
    QTest::mouseClick(ask, Qt::LeftButton);
    QVERIFY(!session_->jobs().busy(app::Lane{"guarantee"}));
    QCOMPARE(ask->text(), QStringLiteral("Find the setting"));
    session_->jobs().cancelAndWait();
    tests::handleEvents();
    QVERIFY(find<QLabel>("guaranteeResult")->text().isEmpty());
}

void TestAnalysisViews::unlabelledRunsAreShown()
{
    openRun(unlabelled_);
    for (const char* dock : {"flowDock", "confusionDock", "compareDock", "guaranteeDock"})
        raise(dock);
    QVERIFY(!find<QCheckBox>("confusionDifference")->isEnabled());
    raise("confusionDock");
    auto* table = find<gui::FactTable>("confusedPairs");
    QVERIFY(table->model().rowCount() > 0);
    emit table->picked(0);
    QCOMPARE(gui::count(session_->passing().size()), table->model().index(0, 2).data().toString());
}

void TestAnalysisViews::tablesAreCopiedAndExported()
{
    openRun(run_);
    raise("compareDock");
    auto* table = find<gui::FactTable>("compareTable");
    QTest::keyClick(table, Qt::Key_C, Qt::ControlModifier);
    QVERIFY(QApplication::clipboard()->text().startsWith(QStringLiteral("Figure\tA\tB\t")));
    prompts_.save = file("compare.csv");
    emit table->exportRequested();
    QFile file(prompts_.save);
    QTRY_VERIFY(file.exists());
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().startsWith("Figure,A,B,"));
}

void TestAnalysisViews::changedAnswersFilter()
{
    openRun(run_);
    raise("quantizationDock");
    find<QComboBox>("quantizationShown")->setCurrentIndex(1);
    auto* table = find<gui::FactTable>("flipTable");
    QTRY_VERIFY(table->isVisible() && table->model().rowCount() == 3);  // three exits, one precision below the highest
    const QAbstractItemModelTester tester(&table->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    const std::vector<analyse::PrecisionFlips> flips = analyse::precision_flips(*session_->run());
    const auto pass = [this] { return session_->passing().size(); };
    table->setCurrentIndex(table->model().index(1, 3));
    QTest::keyClick(table, Qt::Key_Return);
    QCOMPARE(pass(), flips[1].lost);
    for (const SampleIndex sample : session_->passing()) {
        QVERIFY(session_->run()->test.correct(flips[1].reference_state, sample));
        QVERIFY(!session_->run()->test.correct(flips[1].state, sample));
    }
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model().index(2, 4)).center());
    QCOMPARE(pass(), flips[2].gained);
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model().index(0, 1)).center());
    QCOMPARE(pass(), flips[0].changed);
    table->model().sort(3, Qt::DescendingOrder);
}

void TestAnalysisViews::layersNeedTheModel()
{
    openRun(run_);
    raise("quantizationDock");
    auto* measure = find<QPushButton>("measureLayers");
    QVERIFY(measure->isVisible() && measure->isEnabled());
    QTest::mouseClick(measure, Qt::LeftButton);
    QTRY_VERIFY(!measure->isVisible());  // nothing to measure: a sentence says why
    bool said = false;
    for (const QLabel* label : find<QWidget>("quantizationView")->findChildren<QLabel*>())
        said = said || (label->isVisible() && label->text().contains(QStringLiteral("No numbers by layer")));
    QVERIFY(said);
}

void TestAnalysisViews::everyJudgementOfErrorsIsDrawn()
{
    openRun(run_);
    raise("errorDock");
    auto* plot = find<gui::Plot>("errorPlot");
    auto* shown = find<QComboBox>("errorShown");
    auto* table = find<gui::FactTable>("errorTable");
    auto* quality = find<QLabel>("errorQuality");
    const QAbstractItemModelTester tester(&table->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QTRY_VERIFY(quality->text().contains(QStringLiteral("AUROC")) &&
                quality->text().contains(QStringLiteral("n = 600")));
    for (int i = 0; i < shown->count(); ++i) {
        shown->setCurrentIndex(i);
        QVERIFY2(plot->plottableCount() > 0, qPrintable(shown->itemText(i)));
        QVERIFY2(table->model().rowCount() > 0, qPrintable(shown->itemText(i)));
    }
    // the scope "leaving at exit 1" stands on those samples alone
    find<QComboBox>("errorScope")->setCurrentIndex(1);
    std::size_t leaving = 0;
    for (const StateIndex state : session_->point()->decisions.state)
        leaving += session_->run()->states[state.at()].exit.value == 0;
    QTRY_VERIFY(quality->text().endsWith(QStringLiteral("n = ") + gui::count(leaving)));
    const QImage light = plot->toPixmap(200, 200).toImage();
    gui::applyTheme(*qApp, gui::ThemeChoice::dark, false);
    QTRY_VERIFY(plot->toPixmap(200, 200).toImage().pixelColor(2, 2).lightness() < 100);
    gui::applyTheme(*qApp, gui::ThemeChoice::light, false);
    QVERIFY(light.pixelColor(2, 2).lightness() > 200);
}

void TestAnalysisViews::aClusterFilters()
{
    openRun(run_);
    raise("errorDock");
    find<QComboBox>("errorShown")->setCurrentIndex(3);
    find<QAbstractButton>("errorAsTable")->click();
    auto* table = find<gui::FactTable>("errorTable");
    QTRY_VERIFY(table->isVisible() && table->model().rowCount() > 3);
    table->setCurrentIndex(table->model().index(2, 0));
    QTest::keyClick(table, Qt::Key_Return);
    QCOMPARE(gui::count(session_->passing().size()), table->model().index(2, 4).data().toString());
    QVERIFY(session_->passing().size() < 600);
}

void TestAnalysisViews::neighboursSelect()
{
    openRun(run_);
    find<QAbstractButton>("neighbourSection")->click();
    auto* first = find<QAbstractButton>("neighbour1");
    QTRY_VERIFY(first->isVisible());
    const SampleIndex selected = *session_->selected();
    const auto nearest = analyse::nearest_answers(session_->point()->run ? *session_->point()->run : *session_->run(),
                                                  session_->point()->state(selected), selected, 1);
    QVERIFY(find<QLabel>("neighbourSpace")->text().contains(QStringLiteral("logits at exit")));
    first->click();
    QCOMPARE(session_->selected()->value, nearest.front().sample.value);
}

void TestAnalysisViews::slidersSayWhatIsMissing()
{
    openRun(run_);
    find<QAbstractButton>("perturbSection")->click();
    auto* slider = find<QSlider>("perturbBlur");
    QTRY_VERIFY(slider->isVisible());
    slider->setFocus();
    QVERIFY(!find<QPushButton>("perturbReset")->isEnabled());
    QTest::keyClick(slider, Qt::Key_Right);
    QTRY_VERIFY(find<QLabel>("perturbWay")->text().contains(QStringLiteral("images of this run are not open")));
    QTest::mouseClick(find<QPushButton>("perturbReset"), Qt::LeftButton);
    QCOMPARE(slider->value(), 0);
    QVERIFY(!find<QLabel>("perturbWay")->text().contains(QStringLiteral("not open")));
}

QTEST_MAIN(TestAnalysisViews)
#include "tst_analysis_views.moc"
