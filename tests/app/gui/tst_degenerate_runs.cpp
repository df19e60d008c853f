// SPDX-License-Identifier: GPL-3.0-or-later
// Every view of the window on runs with little or nothing to decide.
#include <QSlider>

#include "core/analysis/run/run_file.h"
#include "tests/app/gui/window_test.h"
#include "tests/support/degenerate_runs.h"
#include "widgets/common/message_bar.h"
#include "widgets/common/plot.h"
#include "widgets/view/view.h"

using namespace exitscope;

class TestDegenerateRuns : public tests::WindowTest {
    Q_OBJECT
private slots:
    void every_view_shows_every_run_data();
    void every_view_shows_every_run();
};

void TestDegenerateRuns::every_view_shows_every_run_data()
{
    QTest::addColumn<run::RunPtr>("run");
    for (const tests::DegenerateRun& degenerate : tests::degenerate_runs())
        QTest::newRow(degenerate.name.c_str()) << degenerate.run;
}

void TestDegenerateRuns::every_view_shows_every_run()
{
    QFETCH(run::RunPtr, run);
    startAfresh();
    openWindow({}, {1400, 900});
    const QString path = file("run.exr");
    QVERIFY(run::save(*run, path.toStdString()));
    if (run->fit.labels.empty()) {
        session_->openRun(path);
        auto* bar = find<gui::MessageBar>("messageBar");
        QTRY_VERIFY(bar->isVisible() && bar->isError());
        QVERIFY2(bar->message().contains(QStringLiteral("need labels")), qPrintable(bar->message()));
        QVERIFY(!session_->point()->decided());
        return;
    }
    openRun(path);
    QVERIFY(session_->point()->decided());
    const QList<QDockWidget*> docks = window_->findChildren<QDockWidget*>();
    QVERIFY(docks.size() > 6);
    for (QDockWidget* dock : docks) {
        dock->raise();
        tests::handleEvents();
        for (gui::Plot* plot : dock->findChildren<gui::Plot*>())
            plot->replot();
    }
    const auto sliders = window_->findChildren<QSlider*>(QStringLiteral("budgetSlider"));
    for (QSlider* slider : sliders) {
        for (const int position : {slider->minimum(), slider->maximum()}) {
            slider->setValue(position);
            settle();
            tests::handleEvents();
        }
    }
    QVERIFY(session_->point()->decided());
}

QTEST_MAIN(TestDegenerateRuns)
#include "tst_degenerate_runs.moc"
