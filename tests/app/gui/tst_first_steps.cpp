// SPDX-License-Identifier: GPL-3.0-or-later
#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <QTableView>
#include <QTest>
#include <QToolBar>
#include <QToolButton>

#include "app/main_window.h"
#include "app/session.h"
#include "core/analysis/run/run_file.h"
#include "tests/app/gui/named.h"
#include "tests/app/gui/window_test.h"
#include "tests/support/synthetic_run.h"
#include "widgets/common/hint_bar.h"
#include "widgets/common/spotlight.h"

using namespace exitscope;

class TestFirstSteps : public tests::WindowTest {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();

    void goWithWhatTheUserDoes();
    void comeOnlyAtTheFirstStart();
    void areNotShownUnlessAskedFor();
    void closeByKeysAndMouse();
    void canBePassedOver();
    void coverNothing();

private:
    void start(bool hints);
    bool shown() { return find<QToolBar>("hintToolBar")->isVisible(); }
    QString hint() { return shown() ? find<QLabel>("hintText")->text() : QString(); }
    QWidget* target() { return find<gui::Spotlight>("spotlight")->target(); }

    QString run_;
};

void TestFirstSteps::initTestCase()
{
    run_ = file("run.exr");
    QVERIFY(
        run::save(*tests::synthetic_run({.exits = 3, .precisions = {{8, 8}}, .fit_samples = 200, .test_samples = 200}),
                  run_.toStdString()));
}

void TestFirstSteps::init()
{
    startAfresh();
}

void TestFirstSteps::start(bool hints)
{
    dropWindow();
    app::MainWindow::Options options;
    options.hints = hints;
    openWindow(options);
}

void TestFirstSteps::goWithWhatTheUserDoes()
{
    start(true);
    QVERIFY2(hint().startsWith(QStringLiteral("Open")), qPrintable(hint()));
    // a run is opened and evaluated at once
    openRun(run_);
    QVERIFY2(hint().contains(QStringLiteral("budget")), qPrintable(hint()));
    auto* slider = find<QSlider>("budgetSlider");
    QCOMPARE(target(), slider);
    QCOMPARE(tests::nameless(window_.get()), QString());
    QTest::keyClick(slider, Qt::Key_PageDown);
    QVERIFY2(hint().startsWith(QStringLiteral("Click a sample")), qPrintable(hint()));
    auto* table = find<QTableView>("sampleTable");
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model()->index(1, 1)).center());
    QVERIFY2(hint().startsWith(QStringLiteral("Export")), qPrintable(hint()));
    prompts_.save = file("plot.png");
    QTest::keyClick(window_.get(), Qt::Key_E, Qt::ControlModifier);
    QVERIFY(!shown());
    QVERIFY(!find<gui::Spotlight>("spotlight")->isVisible());
}

void TestFirstSteps::comeOnlyAtTheFirstStart()
{
    start(true);
    QVERIFY(shown());
    start(true);
    QVERIFY(!shown());
    find<QAction>("actionShowHints")->trigger();
    QVERIFY(shown());
    openRun(run_);
    QTest::keyClick(find<QSlider>("budgetSlider"), Qt::Key_PageDown);
    find<QAction>("actionShowHints")->trigger();
    QVERIFY2(hint().contains(QStringLiteral("budget")), "what was done before they came back counts as new");
}

void TestFirstSteps::areNotShownUnlessAskedFor()
{
    start(false);
    QVERIFY(!shown());
    openRun(run_);
    QVERIFY(!shown());
}

void TestFirstSteps::closeByKeysAndMouse()
{
    start(true);
    QTest::keyClick(window_.get(), Qt::Key_Escape);
    QVERIFY(!shown());
    find<QAction>("actionShowHints")->trigger();
    openRun(run_);
    QVERIFY(shown());
    QTest::keyClick(find<QTableView>("sampleTable"), Qt::Key_Escape);
    QVERIFY(!shown());
    find<QAction>("actionShowHints")->trigger();
    QTest::mouseClick(find<QToolButton>("closeHints"), Qt::LeftButton);
    QVERIFY(!shown());
    QTest::keyClick(find<QSlider>("budgetSlider"), Qt::Key_PageDown);
    QVERIFY2(!shown(), "closed hints stay closed");
}

void TestFirstSteps::canBePassedOver()
{
    start(true);
    openRun(run_);
    auto* next = find<QPushButton>("nextHint");
    for (int step = 0; step < 3; ++step) {
        QVERIFY(shown());
        QTest::keyClick(next, Qt::Key_Space);
    }
    QVERIFY(!shown());
}

void TestFirstSteps::coverNothing()
{
    start(true);
    openRun(run_);
    auto* spotlight = find<gui::Spotlight>("spotlight");
    auto* slider = find<QSlider>("budgetSlider");
    for (const QSize size : {QSize(1280, 720), QSize(1500, 900)}) {
        window_->resize(size);
        QTRY_COMPARE(window_->size(), size);
        tests::handleEvents();
        const QRect place(slider->mapTo(window_.get(), QPoint(0, 0)), slider->size());
        QVERIFY(spotlight->isVisible() && spotlight->geometry().contains(place));
        QVERIFY(!spotlight->geometry().intersects(QRect(
            find<gui::HintBar>("hintBar")->mapTo(window_.get(), QPoint(0, 0)), find<gui::HintBar>("hintBar")->size())));
        QCOMPARE(window_->childAt(place.center()), slider);
    }
    // a click goes through the frame
    const double before = session_->budget();
    QTest::mouseClick(slider, Qt::LeftButton, {}, QPoint(slider->width() / 4, slider->height() / 2));
    QVERIFY(session_->budget() != before);
}

QTEST_MAIN(TestFirstSteps)
#include "tst_first_steps.moc"
