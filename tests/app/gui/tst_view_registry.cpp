// SPDX-License-Identifier: GPL-3.0-or-later
// A view of the test's own, registered in one line, has what every view of the window has.
#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QFile>
#include <QMenu>
#include <QMenuBar>
#include <QSlider>
#include <QVBoxLayout>

#include "core/analysis/run/run_file.h"
#include "tests/app/gui/window_test.h"
#include "tests/support/synthetic_run.h"
#include "widgets/common/fact_table.h"
#include "widgets/common/plot.h"
#include "widgets/view/view.h"

using namespace exitscope;

namespace {

/// Shows what the points cost that it was given.
class CostView : public gui::View {
public:
    explicit CostView(QWidget* parent) : gui::View(parent)
    {
        plot_ = new gui::Plot(QStringLiteral("ownPlot"), QStringLiteral("Cost of the operating point"), this);
        table_ = new gui::FactTable(QStringLiteral("ownTable"), QStringLiteral("Cost as a number"), this);
        auto* layout = new QVBoxLayout(this);
        layout->addWidget(plot_);
        layout->addWidget(table_);
    }
    void setPoint(gui::OperatingPointPtr point) override
    {
        points.push_back(point);
        if (!point)
            return;
        const double cost = point->decisions.outcome.relative_cost;
        table_->setFacts({QStringLiteral("Cost")}, {{gui::fact(QString::number(cost), cost)}});
    }
    [[nodiscard]] std::vector<gui::Plot*> plots() const override { return {plot_}; }
    [[nodiscard]] std::vector<gui::FactTable*> tables() const override { return {table_}; }

    std::vector<gui::OperatingPointPtr> points;

private:
    gui::Plot* plot_ = nullptr;
    gui::FactTable* table_ = nullptr;
};

QMenu* menuOf(const QMainWindow& window, const QString& title)
{
    for (const QAction* action : window.menuBar()->actions())
        if (action->text() == title)
            return action->menu();
    return nullptr;
}

}  // namespace

class TestViewRegistry : public tests::WindowTest {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();

    void hasADockMenuEntriesAndAKey();
    void followsTheBudget();
    void pointsNeverChange();
    void pointAndFilterAgree();
    void isExportedCopiedAndPrinted();
    void numbersAreExported();
    void filtersReachTheSession();
    void anotherRunIsAnnounced();

private:
    CostView* view_ = nullptr;
    QString run_;
};

void TestViewRegistry::initTestCase()
{
    run_ = file("run.exr");
    QVERIFY(run::save(
        *tests::synthetic_run({.exits = 3, .precisions = {{4, 4}, {8, 8}}, .fit_samples = 200, .test_samples = 300}),
        run_.toStdString()));
}

void TestViewRegistry::init()
{
    startAfresh();
    app::MainWindow::Options options;
    options.views.push_back(app::viewEntry<CostView>(QStringLiteral("My own"), "ownDock"));
    openWindow(options);
    view_ = dynamic_cast<CostView*>(find<QDockWidget>("ownDock")->widget());
    QVERIFY(view_);
    openRun(run_);
}

void TestViewRegistry::hasADockMenuEntriesAndAKey()
{
    auto* dock = find<QDockWidget>("ownDock");
    QCOMPARE(dock->windowTitle(), QStringLiteral("My own"));
    QVERIFY(!dock->isFloating() && !window_->tabifiedDockWidgets(dock).isEmpty());
    QVERIFY(menuOf(*window_, QStringLiteral("&View"))->actions().contains(dock->toggleViewAction()));
    auto* goTo = find<QAction>("actionGoToownDock");
    QVERIFY(menuOf(*window_, QStringLiteral("&Analysis"))->actions().contains(goTo));
    QCOMPARE(goTo->shortcut(), QKeySequence(Qt::CTRL | Qt::Key_9));
    QVERIFY(!view_->isVisible());
    QTest::keyClick(window_.get(), Qt::Key_9, Qt::ControlModifier);
    QTRY_VERIFY(view_->isVisible() && !view_->visibleRegion().isEmpty());
}

void TestViewRegistry::followsTheBudget()
{
    auto* slider = find<QSlider>("budgetSlider");
    QTest::keyClick(slider, Qt::Key_End);
    const auto dear = view_->points.back();
    QCOMPARE(dear, session_->point());
    const std::size_t before = view_->points.size();
    QTest::keyClick(slider, Qt::Key_Home);
    QCOMPARE(view_->points.size(), before + 1);
    QCOMPARE(view_->points.back(), session_->point());
    QVERIFY(view_->points.back()->decisions.outcome.relative_cost < dear->decisions.outcome.relative_cost);
}

void TestViewRegistry::pointsNeverChange()
{
    auto* slider = find<QSlider>("budgetSlider");
    QTest::keyClick(slider, Qt::Key_End);
    const gui::OperatingPointPtr held = session_->point();
    const gui::OperatingPoint copy = *held;
    for (int step = 0; step < 5; ++step)  // the memory of points is used again
        QTest::keyClick(slider, Qt::Key_PageDown);
    QTest::keyClick(slider, Qt::Key_Home);
    QVERIFY(session_->point() != held);
    QVERIFY(held->decisions.state == copy.decisions.state);
    QVERIFY(held->predictedError == copy.predictedError);
    QCOMPARE(held->decisions.budget, copy.decisions.budget);
    QVERIFY(session_->point()->decisions.state != copy.decisions.state);
}

void TestViewRegistry::pointAndFilterAgree()
{
    session_->addFilters({{gui::Filter::Kind::exit, 0}});
    int seen = 0;
    const auto agree = [&] {
        std::vector<SampleIndex> expected;
        session_->filters().apply(*session_->point(), expected);
        seen += session_->passing() == expected ? 1 : -1000;
    };
    const auto connection = connect(session_.get(), &app::Session::decided, this, agree);
    auto* slider = find<QSlider>("budgetSlider");
    QTest::keyClick(slider, Qt::Key_End);
    for (int step = 0; step < 20; ++step)
        QTest::keyClick(slider, Qt::Key_PageDown);
    QTest::keyClick(slider, Qt::Key_Home);
    disconnect(connection);
    QVERIFY2(seen > 2, qPrintable(QString::number(seen)));
}

void TestViewRegistry::isExportedCopiedAndPrinted()
{
    QTest::keyClick(window_.get(), Qt::Key_9, Qt::ControlModifier);
    auto* plot = find<gui::Plot>("ownPlot");
    QTRY_VERIFY(plot->isVisible() && !plot->visibleRegion().isEmpty());
    // by the menus, which take the plot in front, and by the plot's own menu
    for (int way = 0; way < 2; ++way) {
        const QString name = file(way == 0 ? "menu.svg" : "own.svg");
        prompts_.save = name;
        plot->setFocus();
        way == 0 ? find<QAction>("actionExportPlot")->trigger() : emit plot->exportRequested();
        QVERIFY2(QFile::exists(name), qPrintable(name));
        QVERIFY2(prompts_.suggested.contains(QStringLiteral("ownPlot")), qPrintable(prompts_.suggested));
        QApplication::clipboard()->clear();
        way == 0 ? find<QAction>("actionCopyPlot")->trigger() : emit plot->copyRequested();
        QVERIFY(!QApplication::clipboard()->image().isNull());
        way == 0 ? find<QAction>("actionPrintPlot")->trigger() : emit plot->printRequested();
        auto* print = find<QDialog>("printDialog");
        QVERIFY(print->isVisible());
        delete print;
    }
}

void TestViewRegistry::numbersAreExported()
{
    prompts_.save = file("own.csv");
    emit find<gui::FactTable>("ownTable")->exportRequested();
    QTRY_VERIFY(QFile::exists(prompts_.save) && !session_->jobs().busy());
    QFile written(prompts_.save);
    QVERIFY(written.open(QIODevice::ReadOnly));
    QVERIFY(written.readAll().startsWith("Cost\n0."));
}

void TestViewRegistry::filtersReachTheSession()
{
    emit view_->filtersPicked({{gui::Filter::Kind::exit, 1}});
    QCOMPARE(session_->filters().filters().size(), std::size_t(1));
}

void TestViewRegistry::anotherRunIsAnnounced()
{
    QVERIFY(view_->points.back());
    view_->points.clear();
    openRun(run_);
    QVERIFY(!view_->points.front());
    QVERIFY(view_->points.back());
}

QTEST_MAIN(TestViewRegistry)
#include "tst_view_registry.moc"
