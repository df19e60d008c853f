// SPDX-License-Identifier: GPL-3.0-or-later
// A run of 100,000 samples never keeps the event loop waiting: no event waits for more work of the window's thread than
// it takes this thread to sort so many numbers a few times. Both are processor time, measured in the same program, so
// that neither a busy machine nor a slow one fails the test. EXITSCOPE_LATENCY_MS limits the waits by the clock as
// well, on a machine without other work. And what is counted, not timed: hidden views compute nothing, and the grid
// asks for what is on screen alone.
#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

#include <QComboBox>
#include <QDockWidget>
#include <QListView>
#include <QScrollBar>
#include <QSlider>
#include <QTableView>
#include <QTest>
#include <QToolButton>

#include "app/main_window.h"
#include "app/session.h"
#include "core/analysis/run/run_file.h"
#include "core/base/random.h"
#include "tests/app/gui/watchdog.h"
#include "tests/app/gui/window_test.h"
#include "tests/support/synthetic_run.h"
#include "widgets/common/plot.h"

using namespace exitscope;

namespace {

constexpr std::size_t samples = 100'000;
constexpr double sortsAllowed = 20;    ///< in one turn of the event loop; steps take up to 5, opening the run up to 8
constexpr int restMilliseconds = 200;  ///< more than views wait for the budget to rest
constexpr int manyTurns = 100;         ///< more than there are parts to be styled, one in each turn
constexpr const char* views[] = {"tradeoffDock",  "exitsDock",   "errorDock",    "flowDock",
                                 "confusionDock", "compareDock", "guaranteeDock"};

}  // namespace

class TestResponsive : public tests::WindowTest {
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase();

    void hiddenViewsComputeNothing();
    void stepsInEveryView();
    void sortingAndScrolling();
    void filtersAndThemes();

private:
    void expectPrompt(const char* what);
    [[nodiscard]] double timeOfSorting() const;

    std::unique_ptr<tests::Watchdog> watchdog_;
    double allowed_ = 0;  ///< milliseconds of processor time
};

void TestResponsive::expectPrompt(const char* what)
{
    tests::requireSoon([this, before = watchdog_->beats()] { return watchdog_->beats() > before + 1; }, what);
    const auto [wall, processor] = watchdog_->longest();
    qInfo("%s: events waited for at most %.1f ms of work (%.1f allowed), %.1f ms by the clock", what, processor,
          allowed_, wall);
    QVERIFY2(processor <= allowed_, what);
    bool given = false;
    const double allowed = qEnvironmentVariable("EXITSCOPE_LATENCY_MS").toDouble(&given);
    QVERIFY2(!given || wall <= allowed, what);
}

/// Of one number a sample, in milliseconds of processor time: the median of a few.
double TestResponsive::timeOfSorting() const
{
    std::vector<double> times(5);
    for (double& time : times) {
        Random random(1);
        std::vector<double> numbers(samples);
        std::generate(numbers.begin(), numbers.end(), [&] { return random.uniform(); });
        const double before = watchdog_->used();
        std::sort(numbers.begin(), numbers.end());
        time = watchdog_->used() - before;
    }
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

void TestResponsive::initTestCase()
{
    const QString run = file("large.exr");
    QVERIFY(run::save(*tests::synthetic_run({.precisions = {{4, 4}, {8, 8}},
                                             .schedule = run::Schedule::uniform,
                                             .test_samples = samples,
                                             .probabilities = false}),
                      run.toStdString()));
    openWindow();
    watchdog_ = std::make_unique<tests::Watchdog>();
    allowed_ = sortsAllowed * timeOfSorting();
    app::OpenRequest request;
    request.run = run;
    window_->open(request);
    settle(300'000);
    expectPrompt("opening");
}

void TestResponsive::cleanupTestCase()
{
    watchdog_.reset();
    dropWindow();
}

void TestResponsive::hiddenViewsComputeNothing()
{
    for (const char* front : views) {
        raise(front);
        for (const char* dock : views)
            QCOMPARE(find<QDockWidget>(dock)->widget()->isVisible(), dock == front);
    }
    raise("tradeoffDock");
    auto* plot = find<gui::Plot>("exitSharesPlot");
    int drawn = 0;
    QObject counting;  // ends the connection together with the counter
    connect(plot, &QCustomPlot::afterReplot, &counting, [&drawn] { ++drawn; });
    for (int step = 0; step < 5; ++step) {
        session_->setBudget(0.2 + 0.1 * step);
        tests::handleEvents();
    }
    QCOMPARE(drawn, 0);
    raise("exitsDock");
    QTRY_VERIFY(drawn > 0);
}

void TestResponsive::stepsInEveryView()
{
    auto* slider = find<QSlider>("budgetSlider");
    for (const char* dock : views) {
        raise(dock);
        static_cast<void>(watchdog_->longest());
        for (int step = 0; step < 30; ++step) {
            slider->setValue(slider->minimum() + (slider->maximum() - slider->minimum()) * (step * 7 % 30) / 60);
            QTest::qWait(1);
        }
        QTest::qWait(restMilliseconds);
        expectPrompt(dock);
    }
}

void TestResponsive::sortingAndScrolling()
{
    raise("tradeoffDock");
    auto* table = find<QTableView>("sampleTable");
    static_cast<void>(watchdog_->longest());
    for (int column = 1; column < table->model()->columnCount(); ++column) {
        table->sortByColumn(column, Qt::DescendingOrder);
        QTest::qWait(1);
    }
    expectPrompt("sorting");
    find<QAction>("actionShowGrid")->trigger();
    auto* grid = find<QListView>("sampleGrid");
    QTRY_VERIFY(grid->isVisible());
    for (int frame = 0; frame < 60; ++frame) {
        grid->verticalScrollBar()->setValue(int(qint64(grid->verticalScrollBar()->maximum()) * frame / 60));
        QTest::qWait(1);
    }
    QTest::keyClick(grid, Qt::Key_End);
    QCOMPARE(grid->currentIndex().row(), grid->model()->rowCount() - 1);
    QVERIFY(grid->viewport()->rect().contains(grid->visualRect(grid->currentIndex())));
    expectPrompt("the grid");
    find<QAction>("actionShowGrid")->trigger();
    table->sortByColumn(1, Qt::AscendingOrder);
}

void TestResponsive::filtersAndThemes()
{
    static_cast<void>(watchdog_->longest());
    session_->addFilters({{gui::Filter::Kind::query, 0, 0, 1, "wrong or predicted_error>0.05"}});
    for (int step = 0; step < 20; ++step) {
        session_->setBudget(0.2 + 0.02 * step);
        QTest::qWait(1);
    }
    session_->clearFilters();
    expectPrompt("filters");
    for (const char* theme : {"actionThemeDark", "actionThemeLight"}) {
        find<QAction>(theme)->trigger();
        tests::handleEvents(manyTurns);
        expectPrompt(theme);
    }
}

QTEST_MAIN(TestResponsive)
#include "tst_responsive.moc"
