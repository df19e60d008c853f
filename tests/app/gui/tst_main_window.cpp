// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDockWidget>
#include <QDoubleSpinBox>
#include <QImageReader>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QTableView>
#include <QTest>
#include <QToolButton>

#include "app/cheat_sheet.h"
#include "app/data_dialog.h"
#include "app/evaluate_dialog.h"
#include "app/main_window.h"
#include "app/model_dialog.h"
#include "app/session.h"
#include "core/analysis/report/exit_shares.h"
#include "core/analysis/run/run_file.h"
#include "tests/app/gui/named.h"
#include "tests/app/gui/window_test.h"
#include "tests/support/synthetic_run.h"
#include "widgets/common/message_bar.h"
#include "widgets/common/plot.h"
#include "widgets/samples/sample_model.h"

using namespace exitscope;

class TestMainWindow : public tests::WindowTest {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();

    void opensARunByShortcut();
    void opensADroppedRun();
    void aBrokenFileIsOneSentence();
    void keysOnTheSliderMoveEverything();
    void anotherMethodAndCost();
    void bandsStayOff();
    void aClickOnABarFilters();
    void aSearchBecomesAFilter();
    void pooledAnswersCanBeSwitched();
    void marksAreChosenOnTheFitSplit();
    void aClickOnASampleInspects();
    void exportsEverything();
    void cannotWriteIsSaid();
    void everyFocusableWidgetHasAName();
    void themesReachThePlots();
    void aModelThatSaysNothingOfItsInput();
    void theScheduleNarrowsTheStates();
    void aBundleOfAnotherModelIsRefused();
    void unlabelledRunsShowAgreement();
    void evaluatesTheSample();

private:
    void press(QWidget* where, int key, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(where, Qt::Key(key), modifiers);
    }
    QByteArray contents(const QString& path) const
    {
        QFile opened(path);
        return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray();
    }

    QString run_;
    QString unlabelled_;
};

void TestMainWindow::initTestCase()
{
    tests::SyntheticOptions options;
    options.exits = 3;
    options.precisions = {{4, 4}, {8, 8}};
    options.fit_samples = 400;
    options.test_samples = 600;
    run_ = file("synthetic.exr");
    QVERIFY(run::save(*tests::synthetic_run(options), run_.toStdString()));
    options.labelled_test = false;
    unlabelled_ = file("unlabelled.exr");
    QVERIFY(run::save(*tests::synthetic_run(options), unlabelled_.toStdString()));
}

void TestMainWindow::init()
{
    startAfresh();
    app::MainWindow::Options options;
    options.sample = app::findSample(QApplication::applicationDirPath());
    openWindow(options);
}

void TestMainWindow::opensARunByShortcut()
{
    prompts_.open = run_;
    press(window_.get(), Qt::Key_R, Qt::ControlModifier);
    settle();
    QCOMPARE(find<QTableView>("sampleTable")->model()->rowCount(), 600);
    QVERIFY(find<QLabel>("accuracyLabel")->text().contains(QStringLiteral(" % [")));
    QVERIFY(find<gui::Plot>("tradeoffPlot")->graphCount() > 3);
    QVERIFY(window_->windowTitle().startsWith(QStringLiteral("synthetic.exr")));
    QCOMPARE(find<QLabel>("filterCounts")->text(), QStringLiteral("600 of 600 samples"));
}

void TestMainWindow::opensADroppedRun()
{
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(run_)});
    QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(window_.get(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(window_.get(), &drop);
    QTRY_VERIFY_WITH_TIMEOUT(session_->point()->decided(), 60000);
}

void TestMainWindow::aBrokenFileIsOneSentence()
{
    QFile broken(file("broken.exr"));
    QVERIFY(broken.open(QIODevice::WriteOnly));
    broken.write("no HDF5");
    broken.close();
    prompts_.open = broken.fileName();
    press(window_.get(), Qt::Key_R, Qt::ControlModifier);
    auto* bar = find<gui::MessageBar>("messageBar");
    QTRY_VERIFY(bar->isVisible());
    QVERIFY(bar->isError());
    QVERIFY(bar->message().contains(QStringLiteral("broken.exr")));
    QVERIFY2(bar->width() > window_->width() / 2 && !bar->visibleRegion().isEmpty(), "the message cannot be read");
    QVERIFY(!session_->run());
}

void TestMainWindow::keysOnTheSliderMoveEverything()
{
    openRun(run_);
    auto* slider = find<QSlider>("budgetSlider");
    press(slider, Qt::Key_End);
    QCOMPARE(session_->budget(), 1.0);
    const QString dear = find<QLabel>("costLabel")->text();
    const double dearCost = session_->point()->decisions.outcome.relative_cost;
    press(slider, Qt::Key_Home);
    QVERIFY(session_->point()->decisions.outcome.relative_cost < dearCost);
    QVERIFY(find<QLabel>("costLabel")->text() != dear);
    QCOMPARE(find<QDoubleSpinBox>("budgetValue")->value(), slider->value() / 100.0);
    // every sample is now at the cheapest state, and the table says so
    const QAbstractItemModel* model = find<QTableView>("sampleTable")->model();
    QCOMPARE(model->index(0, static_cast<int>(gui::SampleColumn::exit)).data().toString(), QStringLiteral("1"));
}

void TestMainWindow::anotherMethodAndCost()
{
    openRun(run_);
    auto* policy = find<QComboBox>("policyBox");
    policy->setCurrentIndex(policy->findData(QStringLiteral("entropy")));
    QTRY_COMPARE_WITH_TIMEOUT(QString::fromStdString(session_->point()->decisions.policy), QStringLiteral("entropy"),
                              60000);
    auto* cost = find<QComboBox>("costBox");
    cost->setCurrentIndex(cost->findData(static_cast<int>(cost::Kind::macs)));
    settle();
    QCOMPARE(session_->point()->costs.kind, cost::Kind::macs);
    QVERIFY(find<QLabel>("costLabel")->text().contains(QStringLiteral("MAC")));
}

void TestMainWindow::bandsStayOff()
{
    openRun(run_);
    auto* plot = find<gui::Plot>("tradeoffPlot");
    const auto bands = [plot] {
        int filled = 0;
        for (int i = 0; i < plot->graphCount(); ++i)
            filled += plot->graph(i)->channelFillGraph() ? 1 : 0;
        return filled;
    };
    QMenu* menu = find<QToolButton>("curveMenu")->menu();
    QAction* shown = menu->actions().back();
    QCOMPARE(shown->text(), QStringLiteral("95 % bands"));
    QVERIFY(bands() > 0);
    shown->trigger();
    QCOMPARE(bands(), 0);
    const int curves = plot->graphCount();
    QAction* first = menu->actions().front();
    QVERIFY(first->isChecked());
    session_->setPolicy("confidence");  // the current method's curve always stays
    first->trigger();
    settle();
    QVERIFY(plot->graphCount() < curves);
    QCOMPARE(menu->actions().front(), first);
    QVERIFY(!first->isChecked() && !shown->isChecked());
    QCOMPARE(bands(), 0);
    shown->trigger();
    QVERIFY(bands() > 0);
}

void TestMainWindow::aClickOnABarFilters()
{
    openRun(run_);
    raise("exitsDock");
    auto* plot = find<gui::Plot>("exitSharesPlot");
    const report::ExitShares shares = report::exit_shares(*session_->point()->run, session_->point()->decisions);
    QCOMPARE(shares.exits.size(), std::size_t(3));
    std::size_t exit = 0;
    for (std::size_t e = 1; e < shares.exits.size(); ++e)
        if (shares.exits[e].right > shares.exits[exit].right)
            exit = e;
    // left of the exit's tick stands the bar of its right answers, in percent
    const QPointF inside(plot->xAxis->coordToPixel(double(exit) - 0.2),
                         plot->yAxis->coordToPixel(100 * shares.exits[exit].right / 2));
    QTest::mouseClick(plot, Qt::LeftButton, {}, inside.toPoint());
    QCOMPARE(session_->filters().filters().size(), std::size_t(2));
    const std::size_t passing = session_->passing().size();
    QVERIFY(passing > 0 && passing < 600);
    QCOMPARE(find<QTableView>("sampleTable")->model()->rowCount(), int(passing));
    for (const SampleIndex sample : session_->passing()) {
        QCOMPARE(session_->run()->states[session_->point()->state(sample).at()].exit.value, std::uint32_t(exit));
        QVERIFY(*session_->point()->good(sample));
    }
    press(window_.get(), Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(session_->filters().empty());
    QCOMPARE(session_->passing().size(), std::size_t(600));
    press(window_.get(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(session_->passing().size(), passing);
    QTest::mouseClick(find<QToolButton>("removeFilter0"), Qt::LeftButton);
    QCOMPARE(session_->filters().filters().size(), std::size_t(1));
    QTest::mouseClick(find<QToolButton>("clearFilters"), Qt::LeftButton);
    QVERIFY(session_->filters().empty());
}

void TestMainWindow::aSearchBecomesAFilter()
{
    openRun(run_);
    press(window_.get(), Qt::Key_F, Qt::ControlModifier);
    auto* edit = find<QLineEdit>("searchField");
    QTRY_VERIFY(edit->hasFocus());
    QTest::keyClicks(edit, QStringLiteral("exit=2 wrong"));
    press(edit, Qt::Key_Return);
    QCOMPARE(session_->filters().filters().size(), std::size_t(1));
    const std::vector<SampleIndex> passing = session_->passing();
    QVERIFY(!passing.empty() && passing.size() < 600);
    for (const SampleIndex sample : passing)
        QVERIFY(session_->run()->states[session_->point()->state(sample).at()].exit.value == 1 &&
                !*session_->point()->good(sample));
    QTest::keyClicks(edit, QStringLiteral("class:0"));
    press(edit, Qt::Key_Return);
    QCOMPARE(session_->filters().filters().size(), std::size_t(2));
    press(window_.get(), Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(session_->passing() == passing);
    press(window_.get(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(session_->passing().size() < passing.size());
    // nothing matches: the field stays, so that one can go on
    QTest::keyClicks(edit, QStringLiteral("right"));
    press(edit, Qt::Key_Return);
    QCOMPARE(session_->passing().size(), std::size_t(0));
    QVERIFY(edit->isVisible());
}

void TestMainWindow::pooledAnswersCanBeSwitched()
{
    openRun(run_);
    session_->setBudget(1);
    const double accuracy = session_->point()->decisions.outcome.accuracy.value;
    auto* box = find<QToolButton>("pooledBox");
    QVERIFY(box->isEnabled());
    press(box, Qt::Key_Space);
    QVERIFY(session_->pooled());
    settle();
    QVERIFY(session_->analysis()->run_ptr() != session_->run());
    QVERIFY(!session_->analysis()->pools().empty());
    QVERIFY(session_->point()->decisions.outcome.accuracy.value != accuracy);
    press(box, Qt::Key_Space);
    settle();
    QCOMPARE(session_->point()->decisions.outcome.accuracy.value, accuracy);
}

void TestMainWindow::marksAreChosenOnTheFitSplit()
{
    openRun(run_);
    auto* strip = find<QWidget>("budgetMarks");
    const QString said = strip->accessibleDescription();
    for (const char* name : {"Knee", "Half a point", "No loss", "fit split"})
        QVERIFY2(said.contains(QLatin1String(name)), qPrintable(said));
}

void TestMainWindow::aClickOnASampleInspects()
{
    openRun(run_);
    auto* table = find<QTableView>("sampleTable");
    const QModelIndex third = table->model()->index(2, 1);
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(third).center());
    QCOMPARE(session_->selected(), std::optional(SampleIndex(2)));
    QVERIFY(find<QLabel>("inspectorTitle")->text().startsWith(QStringLiteral("#2 ")));
    QVERIFY(!find<QLabel>("reasonLabel")->text().isEmpty());
    const run::State& state = session_->run()->states[session_->point()->state(SampleIndex(2)).at()];
    QCOMPARE(find<QTableView>("gateTable")->model()->rowCount(), int(state.path.size()));
    press(window_.get(), Qt::Key_Down, Qt::ControlModifier);
    QCOMPARE(session_->selected(), std::optional(SampleIndex(3)));
    QCOMPARE(table->currentIndex().row(), 3);
}

void TestMainWindow::exportsEverything()
{
    openRun(run_);
    for (const char* name : {"plot.png", "plot.svg", "plot.pdf"}) {
        prompts_.save = file(name);
        press(window_.get(), Qt::Key_E, Qt::ControlModifier);
        QVERIFY2(!contents(file(name)).isEmpty(), name);
    }
    QVERIFY(!QImageReader(file("plot.png")).read().isNull());
    QVERIFY(contents(file("plot.svg")).contains("<svg"));
    QVERIFY(contents(file("plot.pdf")).startsWith("%PDF"));
    press(window_.get(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(!QApplication::clipboard()->image().isNull());

    prompts_.save = file("samples.csv");
    press(window_.get(), Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE(contents(file("samples.csv")).count('\n'), 601);
    QVERIFY(contents(file("samples.csv"))
                .startsWith("sample,label,prediction,correct,exit,path,relative_cost,predicted_error\n0,"));
    prompts_.save = file("curves.csv");
    press(window_.get(), Qt::Key_U, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(contents(file("curves.csv")).contains("\nconfidence,"));
    prompts_.save = file("report.html");
    press(window_.get(), Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(contents(file("report.html")).contains("<svg"));
    QVERIFY(contents(file("report.html")).contains("id=\"guarantee\""));
    prompts_.save = file("report.pdf");
    press(window_.get(), Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(contents(file("report.pdf")).startsWith("%PDF"));
    prompts_.save = file("again.exr");
    press(window_.get(), Qt::Key_S, Qt::ControlModifier);
    QTRY_VERIFY(QFile::exists(file("again.exr")));
    QTRY_VERIFY(!session_->jobs().busy());
}

void TestMainWindow::cannotWriteIsSaid()
{
    openRun(run_);
    auto* bar = find<gui::MessageBar>("messageBar");
    bar->dismiss();
    prompts_.save = file("missing/plot.png");
    press(window_.get(), Qt::Key_E, Qt::ControlModifier);
    QVERIFY(bar->isVisible() && bar->isError());
    bar->dismiss();
    prompts_.save = file("missing/samples.csv");
    press(window_.get(), Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(bar->isVisible() && bar->isError());
}

void TestMainWindow::everyFocusableWidgetHasAName()
{
    QCOMPARE(tests::nameless(window_.get()), QString());
    openRun(run_);
    session_->addFilters({{gui::Filter::Kind::good, 1}});
    for (QDockWidget* dock : window_->findChildren<QDockWidget*>())
        dock->show();
    tests::handleEvents();
    QCOMPARE(tests::nameless(window_.get()), QString());
    app::EvaluateDialog dialog(prompts_, session_->settings(), {}, {}, nullptr, nullptr);
    QCOMPARE(tests::nameless(&dialog), QString());
    app::DataDialog data(prompts_, {}, {}, {}, nullptr, nullptr);
    QCOMPARE(tests::nameless(&data), QString());
    app::ModelDialog options(prompts_, {}, nullptr);
    QCOMPARE(tests::nameless(&options), QString());
    app::CheatSheet keys({{QStringLiteral("File"), window_->actions()}}, window_.get());
    QCOMPARE(tests::nameless(&keys), QString());
    find<QAction>("actionExportBundle")->trigger();
    QCOMPARE(tests::nameless(find<QDialog>("bundleDialog")), QString());
}

void TestMainWindow::aModelThatSaysNothingOfItsInput()
{
    prompts_.open = QStringLiteral(EXITSCOPE_TEST_DATA "/models/backbone_13.onnx");
    press(window_.get(), Qt::Key_O, Qt::ControlModifier);
    auto* bar = find<gui::MessageBar>("messageBar");
    QTRY_VERIFY(bar->isVisible());
    QVERIFY(!bar->isError());
    QVERIFY2(bar->message().contains(QStringLiteral("how images become its input is not known")),
             qPrintable(bar->message()));
    const int channels = session_->model()->preprocessing.channels;
    app::EvaluateDialog dialog(prompts_, session_->settings(), {}, {}, session_->model(), nullptr);
    auto* mean = dialog.findChild<QLineEdit*>(QStringLiteral("inputMean"));
    auto* problem = dialog.findChild<QLabel*>(QStringLiteral("inputProblem"));
    QVERIFY(mean->placeholderText().contains(QStringLiteral("assumed")));
    QTest::keyClicks(mean, QStringLiteral("0.5, x"));
    QVERIFY(!problem->isHidden());
    mean->clear();
    QVERIFY(problem->isHidden());
    QStringList numbers;
    for (int c = 0; c < channels; ++c)
        numbers << QStringLiteral("0.25");
    QTest::keyClicks(mean, numbers.join(QLatin1Char(',')));
    QVERIFY(problem->isHidden());
    QCOMPARE(dialog.settings().preprocessing.mean, std::vector<float>(std::size_t(channels), 0.25F));
    QTest::keyClicks(mean, QStringLiteral(", 0.5"));
    QVERIFY(!problem->isHidden());
}

void TestMainWindow::theScheduleNarrowsTheStates()
{
    openRun(run_);
    auto* box = find<QComboBox>("runSchedule");
    QVERIFY(box->isEnabled());
    const std::size_t states = session_->point()->run->states.size();
    box->setCurrentIndex(box->findData(static_cast<int>(run::Schedule::uniform)));
    settle();
    QCOMPARE(session_->point()->run->states.size(), std::size_t(6));
    QVERIFY(states > 6);
    QCOMPARE(session_->run()->states.size(), states);
    box->setCurrentIndex(box->findData(static_cast<int>(run::Schedule::free)));
    settle();
    QCOMPARE(session_->point()->run->states.size(), states);
}

void TestMainWindow::aBundleOfAnotherModelIsRefused()
{
    openRun(run_);
    find<QAction>("actionExportBundle")->trigger();
    auto* dialog = find<QDialog>("bundleDialog");
    QVERIFY(dialog->isVisible());
    dialog->findChild<QLineEdit*>(QStringLiteral("bundleModel"))
        ->setText(QStringLiteral(EXITSCOPE_TEST_DATA "/models/two_exit.onnx"));
    dialog->findChild<QLineEdit*>(QStringLiteral("bundleFolder"))->setText(file("bundle"));
    QTest::mouseClick(dialog->findChild<QPushButton*>(QStringLiteral("bundleWrite")), Qt::LeftButton);
    auto* bar = dialog->findChild<gui::MessageBar*>();
    QTRY_VERIFY(bar->isVisible() && bar->isError());
    QVERIFY(!QFile::exists(file("bundle")));
    QTest::mouseClick(dialog->findChild<QPushButton*>(QStringLiteral("bundleClose")), Qt::LeftButton);
    QVERIFY(!dialog->isVisible());
}

void TestMainWindow::themesReachThePlots()
{
    openRun(run_);
    auto* plot = find<gui::Plot>("tradeoffPlot");
    const auto ground = [&] { return plot->grab().toImage().pixelColor(3, 3).lightness(); };
    find<QAction>("actionThemeDark")->trigger();
    QTRY_VERIFY(ground() < 80);
    find<QAction>("actionThemeLight")->trigger();
    QTRY_VERIFY(ground() > 200);
}

void TestMainWindow::unlabelledRunsShowAgreement()
{
    openRun(unlabelled_);
    QVERIFY(!find<QLabel>("accuracyLabel")->text().contains(QLatin1Char('[')));
    const QAbstractItemModel* model = find<QTableView>("sampleTable")->model();
    QCOMPARE(model->index(0, static_cast<int>(gui::SampleColumn::label)).data().toString(), QStringLiteral("-"));
    press(find<QSlider>("budgetSlider"), Qt::Key_End);
    QVERIFY(session_->point()->decisions.outcome.agreement > 0.5);
    for (const char* dock : {"exitsDock", "errorDock", "tradeoffDock"})
        raise(dock);
}

void TestMainWindow::evaluatesTheSample()
{
    if (app::findSample(QApplication::applicationDirPath()).isEmpty())
        QSKIP("samples/fashion_mnist/model.onnx is not there");
    if (!QFile::exists(QStringLiteral("/usr/share/datasets/fashion-mnist")))
        QSKIP("the package dataset-fashion-mnist is not installed");
    app::EvaluateSettings settings = session_->settings();
    settings.limit = 200;
    settings.options.calibration.samples = 32;
    settings.options.precisions = {{4, 4}, {8, 8}};
    session_->setSettings(settings);
    QTest::mouseClick(find<QPushButton>("welcomeSample"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(session_->canEvaluate() && !session_->loading(), 60000);
    QTest::mouseClick(find<QPushButton>("evaluateButton"), Qt::LeftButton);
    QVERIFY(session_->jobs().busy(app::runLane));
    press(window_.get(), Qt::Key_Escape);
    QVERIFY(!session_->jobs().busy());
    session_->jobs().cancelAndWait();
    tests::handleEvents();
    QVERIFY(!session_->run());
    press(window_.get(), Qt::Key_F5);
    QTRY_VERIFY_WITH_TIMEOUT(session_->point()->decided(), 200000);
    QCOMPARE(session_->run()->test.samples, std::size_t(200));
    QTRY_VERIFY_WITH_TIMEOUT(!session_->jobs().busy(), 60000);
    prompts_.unsaved = app::Prompts::Unsaved::stay;
    QVERIFY(!window_->close());
    QCOMPARE(prompts_.asked, 1);
    prompts_.unsaved = app::Prompts::Unsaved::save;
    prompts_.save = file("sample.exr");
    window_->close();  // once the run is saved
    QTRY_VERIFY_WITH_TIMEOUT(!window_->isVisible(), 60000);
    QVERIFY(QFile::exists(file("sample.exr")));
}

QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
