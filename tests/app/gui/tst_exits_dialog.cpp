// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>

#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include "app/exits_dialog.h"
#include "app/main_window.h"
#include "app/session.h"
#include "tests/app/gui/named.h"
#include "tests/app/gui/pattern_images.h"
#include "tests/app/gui/prepared_prompts.h"
#include "tests/support/require.h"
#include "widgets/common/message_bar.h"
#include "widgets/common/plot.h"
#include "widgets/network/cut_point_model.h"
#include "widgets/network/network_strip.h"

using namespace exitscope;

namespace {

const QString backbone = QStringLiteral(EXITSCOPE_TEST_DATA "/models/backbone_13.onnx");  // 4 classes, 4 cut points
constexpr int patience = 60000;

QByteArray contents(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

class TestExitsDialog : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup();

    void suggestsAndPicksCutPoints();
    void picksByKeysInTheTable();
    void everyFocusableWidgetHasAName();
    void writesTheSameBytesAsTheCommandLine();
    void plotsEveryEpoch();
    void stopKeepsTheBestHeads();
    void stopBeforeTrainingKeepsNothing();
    void anUnsavedNetworkNeedsASecondGo();
    void cannotWriteIsSaid();
    void errors_data();
    void errors();
    void aNetworkWithoutCutPoints();
    void theWindowOffersAndOpensIt();

private:
    void makeDialog(const QString& model = backbone);
    void fill(const QString& data, int epochs = 12);
    void trainToTheEnd();
    [[nodiscard]] std::vector<bool> chosen() { return dialog_->findChild<gui::CutPointModel*>()->chosen(); }
    [[nodiscard]] gui::MessageBar* message() { return dialog_->findChild<gui::MessageBar*>(); }
    template <class Widget>
    Widget* find(const char* name, const char* file = __builtin_FILE(), int line = __builtin_LINE())
    {
        return tests::requireChild<Widget>(dialog_.get(), name, file, line);
    }
    void click(const char* button) { QTest::mouseClick(find<QPushButton>(button), Qt::LeftButton); }
    [[nodiscard]] QString file(const char* name) const { return scratch_.filePath(QLatin1String(name)); }

    QTemporaryDir scratch_;
    QString images_;
    tests::PreparedPrompts prompts_;
    std::unique_ptr<app::ExitsDialog> dialog_;
};

void TestExitsDialog::initTestCase()
{
    images_ = tests::writeImages(QDir(scratch_.path()), QStringLiteral("images"), 240, 4, 4);
}

void TestExitsDialog::init()
{
    prompts_ = {};
    makeDialog();
}

void TestExitsDialog::cleanup()
{
    dialog_.reset();
}

void TestExitsDialog::makeDialog(const QString& model)
{
    Progress progress;
    const auto opened = app::loadModel(model.toStdString(), {}, progress);
    tests::require(opened.has_value(), opened ? "" : opened.error().message().c_str());
    dialog_ = std::make_unique<app::ExitsDialog>(prompts_, *opened, QString());
    dialog_->show();
    tests::require(QTest::qWaitForWindowExposed(dialog_.get()), "the dialog is exposed");
}

void TestExitsDialog::fill(const QString& data, int epochs)
{
    find<QLineEdit>("exitsData")->setText(data);
    find<QSpinBox>("exitsEpochs")->setValue(epochs);
}

void TestExitsDialog::trainToTheEnd()
{
    tests::require(find<QPushButton>("exitsTrain")->isEnabled(), "the dialog can train");
    click("exitsTrain");
    tests::requireSoon([this] { return !dialog_->jobs().busy(); }, "training ends", patience);
}

void TestExitsDialog::suggestsAndPicksCutPoints()
{
    auto* strip = find<gui::NetworkStrip>("networkStrip");
    auto* count = find<QSpinBox>("exitsCount");
    QCOMPARE(count->value(), 4);  // as the command line's --exits
    QCOMPARE(chosen(), (std::vector<bool>{true, true, true, false}));
    QTest::mouseClick(strip, Qt::LeftButton, {}, strip->markAt(1));
    QCOMPARE(chosen(), (std::vector<bool>{true, false, true, false}));
    QCOMPARE(count->value(), 3);
    QCOMPARE(find<QTableView>("cutPointTable")->currentIndex().row(), 1);
    QTest::mouseClick(strip, Qt::LeftButton, {}, {strip->markAt(0).x() / 2, strip->markAt(0).y()});  // no mark there
    QCOMPARE(count->value(), 3);

    strip->setFocus();
    QTest::keyClick(strip, Qt::Key_End);
    QTest::keyClick(strip, Qt::Key_Space);
    QCOMPARE(chosen(), (std::vector<bool>{true, false, true, true}));
    QVERIFY2(strip->accessibleDescription().contains(QStringLiteral("vector")) &&
                 strip->accessibleDescription().contains(QStringLiteral("exit 3")),
             qPrintable(strip->accessibleDescription()));
    QTest::keyClick(strip, Qt::Key_Left);
    QTest::keyClick(strip, Qt::Key_Left);
    QVERIFY(strip->accessibleDescription().startsWith(QStringLiteral("map7, 8×7×7, 84.8 %")));
    QVERIFY(strip->accessibleDescription().endsWith(QStringLiteral("no exit")));
    count->setValue(2);
    QCOMPARE(chosen(), (std::vector<bool>{true, false, false, false}));
    count->setValue(1);
    QVERIFY(find<QLabel>("exitsCaption")->text().startsWith(QStringLiteral("Choose at least one cut point")));
    fill(images_);
    QVERIFY(!find<QPushButton>("exitsTrain")->isEnabled());
}

void TestExitsDialog::picksByKeysInTheTable()
{
    auto* table = find<QTableView>("cutPointTable");
    table->setFocus();
    table->setCurrentIndex(table->model()->index(3, gui::CutPointModel::share));
    QTest::keyClick(table, Qt::Key_Space);
    QCOMPARE(chosen(), (std::vector<bool>{true, true, true, true}));
    QTest::keyClick(table, Qt::Key_Up);
    QTest::keyClick(table, Qt::Key_Space);
    QCOMPARE(chosen(), (std::vector<bool>{true, true, false, true}));
    QCOMPARE(find<gui::NetworkStrip>("networkStrip")->current(), 2);
    QCOMPARE(table->model()->index(1, gui::CutPointModel::shape).data().toString(), QStringLiteral("8×7×7"));
    QCOMPARE(table->model()->index(1, gui::CutPointModel::share).data().toString(), QStringLiteral("84.8 %"));
}

void TestExitsDialog::everyFocusableWidgetHasAName()
{
    QCOMPARE(tests::nameless(dialog_.get()), QString());
    fill(images_);
    trainToTheEnd();
    QCOMPARE(tests::nameless(dialog_.get()), QString());
}

void TestExitsDialog::writesTheSameBytesAsTheCommandLine()
{
    fill(images_, 12);
    find<QLineEdit>("exitsMean")->setText(QStringLiteral("0.5, 0.25,0.125"));
    find<QLineEdit>("exitsStd")->setText(QStringLiteral("0.5,0.5,0.5"));
    find<QSpinBox>("exitsHeldOut")->setValue(20);
    find<QSpinBox>("exitsLimit")->setValue(200);
    find<QSpinBox>("exitsSeed")->setValue(7);
    trainToTheEnd();
    QVERIFY(find<QTableView>("exitsSummary")->model()->rowCount() >= 2);
    prompts_.save = file("window.onnx");
    click("exitsSave");
    QTRY_VERIFY_WITH_TIMEOUT(!dialog_->jobs().busy(), patience);
    QVERIFY2(prompts_.suggested.endsWith(QStringLiteral("/backbone_13_exits.onnx")), qPrintable(prompts_.suggested));

    QProcess process;
    process.start(QStringLiteral(EXITSCOPE_CLI),
                  {"attach", backbone, "--data", images_, "--epochs", "12", "--mean", "0.5,0.25,0.125", "--std",
                   "0.5,0.5,0.5", "--held-out", "0.2", "--limit", "200", "--seed", "7", "-o", file("cli.onnx")});
    QVERIFY(process.waitForFinished(patience));
    QCOMPARE(process.exitCode(), 0);
    QVERIFY(!contents(file("window.onnx")).isEmpty());
    QVERIFY(contents(file("window.onnx")) == contents(file("cli.onnx")));

    QSignalSpy opened(dialog_.get(), &app::ExitsDialog::openRequested);
    click("exitsOpen");
    QCOMPARE(opened.size(), 1);
    QCOMPARE(opened.front().front().toString(), file("window.onnx"));
    QVERIFY(!dialog_->isVisible());
}

void TestExitsDialog::plotsEveryEpoch()
{
    fill(images_, 5);
    find<QSpinBox>("exitsCount")->setValue(3);
    find<QComboBox>("exitsHead")->setCurrentIndex(3);  // grid2
    trainToTheEnd();
    auto* accuracy = find<gui::Plot>("trainingAccuracyPlot");
    auto* loss = find<gui::Plot>("trainingLossPlot");
    QTRY_VERIFY(loss->graphCount() == 4 && loss->graph(0)->dataCount() == 5 && loss->graph(3)->dataCount() == 5);
    QCOMPARE(accuracy->legend->itemCount(), 2);  // the loss has two lines an exit: in training and held out
    for (int graph = 0; graph < loss->graphCount(); ++graph)
        QCOMPARE(loss->graph(graph)->dataCount(), 5);
    auto* entry = qobject_cast<QCPPlottableLegendItem*>(accuracy->legend->item(0));
    QVERIFY2(entry && entry->plottable()->name().startsWith(QStringLiteral("exit 1, grid2: ")),
             qPrintable(entry->plottable()->name()));
}

void TestExitsDialog::stopKeepsTheBestHeads()
{
    fill(images_, 10000);
    find<QSpinBox>("exitsCount")->setValue(2);
    find<QComboBox>("exitsHead")->setCurrentIndex(3);  // grid2
    click("exitsTrain");
    auto* loss = find<gui::Plot>("trainingLossPlot");
    QTRY_VERIFY_WITH_TIMEOUT(loss->graphCount() > 0 && loss->graph(0)->dataCount() > 3, patience);
    QVERIFY(!find<QPushButton>("exitsSave")->isVisible());
    QTest::keyClick(dialog_.get(), Qt::Key_Escape);
    QVERIFY(dialog_->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(!dialog_->jobs().busy(), patience);
    QVERIFY(find<QPushButton>("exitsSave")->isVisible());
    auto* outcome = find<QLabel>("exitsOutcome");
    QVERIFY(outcome->isVisible());
    QVERIFY2(outcome->text().startsWith(QStringLiteral("Training was stopped")), qPrintable(outcome->text()));
    prompts_.save = file("stopped.onnx");
    click("exitsSave");
    QTRY_VERIFY_WITH_TIMEOUT(!dialog_->jobs().busy(), patience);
    const auto model = model::open_model(file("stopped.onnx").toStdString());
    QVERIFY(model);
    QCOMPARE(model->exit_count(), std::size_t{2});
    QVERIFY(model->graph.metadata.at("exitscope.training").find(R"("cancelled":true)") != std::string::npos);
}

void TestExitsDialog::stopBeforeTrainingKeepsNothing()
{
    fill(images_);
    click("exitsTrain");
    click("exitsStop");
    QTRY_VERIFY_WITH_TIMEOUT(!dialog_->jobs().busy(), patience);
    QVERIFY(find<QPushButton>("exitsTrain")->isVisible());
    QVERIFY2(message()->message().contains(QStringLiteral("no result to keep")), qPrintable(message()->message()));
    QVERIFY(!message()->isError());
    trainToTheEnd();
    QVERIFY(find<QPushButton>("exitsSave")->isVisible());
}

void TestExitsDialog::anUnsavedNetworkNeedsASecondGo()
{
    fill(images_);
    trainToTheEnd();
    QTest::keyClick(dialog_.get(), Qt::Key_Escape);
    QVERIFY(dialog_->isVisible());
    QVERIFY(message()->message().contains(QStringLiteral("not been saved")));
    click("exitsClose");
    QVERIFY(!dialog_->isVisible());
}

void TestExitsDialog::cannotWriteIsSaid()
{
    fill(images_);
    trainToTheEnd();
    prompts_.save = file("missing/window.onnx");
    click("exitsSave");
    QTRY_VERIFY_WITH_TIMEOUT(!dialog_->jobs().busy(), patience);
    QVERIFY(message()->isVisible() && message()->isError());
    QVERIFY(!find<QPushButton>("exitsOpen")->isEnabled());
    QVERIFY(find<QPushButton>("exitsSave")->isEnabled());
}

void TestExitsDialog::errors_data()
{
    QTest::addColumn<int>("samples");
    QTest::addColumn<int>("classes");
    QTest::addColumn<int>("folders");
    QTest::addColumn<QString>("mean");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("one class") << 40 << 1 << 4 << ""
                               << "holds images of one class only";
    QTest::newRow("fewer images than classes") << 4 << 2 << 4 << ""
                                               << "fewer than 4 classes";
    QTest::newRow("no data") << 0 << 1 << 0 << ""
                             << "no-data";
    QTest::newRow("no number") << 40 << 4 << 4 << "0.5,x"
                               << "\"x\" is not a number";
    QTest::newRow("too few means") << 40 << 4 << 4 << "0.5"
                                   << "mean";
}

void TestExitsDialog::errors()
{
    QFETCH(int, samples);
    QFETCH(int, classes);
    QFETCH(int, folders);
    QFETCH(QString, mean);
    QFETCH(QString, sentence);
    const QString name = QLatin1String(QTest::currentDataTag()).toString().replace(QLatin1Char(' '), QLatin1Char('-'));
    const QString data = samples == 0
                             ? file("no-data")
                             : tests::writeImages(QDir(scratch_.path()), name, static_cast<std::size_t>(samples),
                                                  static_cast<std::size_t>(classes), static_cast<std::size_t>(folders));
    fill(data);
    find<QLineEdit>("exitsMean")->setText(mean);
    trainToTheEnd();
    QVERIFY(message()->isVisible() && message()->isError());
    QVERIFY2(message()->message().contains(sentence), qPrintable(message()->message()));
    QVERIFY(find<QPushButton>("exitsTrain")->isVisible());
}

void TestExitsDialog::aNetworkWithoutCutPoints()
{
    makeDialog(QStringLiteral(EXITSCOPE_TEST_DATA "/models/opset_13.onnx"));
    QVERIFY(message()->isVisible() && message()->isError());
    QVERIFY2(message()->message().contains(QStringLiteral("no tensor through which everything flows")),
             qPrintable(message()->message()));
    fill(images_);
    QVERIFY(!find<QPushButton>("exitsTrain")->isEnabled());
    auto* strip = find<gui::NetworkStrip>("networkStrip");
    QTest::keyClick(strip, Qt::Key_Right);
    QTest::keyClick(strip, Qt::Key_Space);
    QVERIFY(chosen().empty());
}

void TestExitsDialog::theWindowOffersAndOpensIt()
{
    dialog_.reset();
    QSettings settings(file("settings.ini"), QSettings::IniFormat);
    app::Session session;
    app::MainWindow window(session, settings, prompts_, {});
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    auto* offer = window.findChild<QPushButton*>(QStringLiteral("addExitsButton"));
    prompts_.open = backbone;
    QTest::keyClick(&window, Qt::Key_O, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(offer->isVisible() && offer->isEnabled(), patience);
    QTest::keyClick(&window, Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
    auto* opened = window.findChild<app::ExitsDialog*>();
    QVERIFY(opened && opened->isVisible());
    offer->click();
    QCOMPARE(window.findChildren<app::ExitsDialog*>().size(), 1);

    opened->findChild<QLineEdit*>(QStringLiteral("exitsData"))->setText(images_);
    opened->findChild<QSpinBox*>(QStringLiteral("exitsEpochs"))->setValue(12);
    opened->findChild<QPushButton*>(QStringLiteral("exitsTrain"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(!opened->jobs().busy(), patience);
    QVERIFY2(!window.close(), "an unsaved network goes with the window");
    prompts_.save = file("opened.onnx");
    opened->findChild<QPushButton*>(QStringLiteral("exitsSave"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(!opened->jobs().busy(), patience);
    opened->findChild<QPushButton*>(QStringLiteral("exitsOpen"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(session.model()->exit_count() > 1, patience);
    QTRY_VERIFY(!window.findChild<app::ExitsDialog*>());
    QVERIFY(!offer->isVisible());
    QVERIFY(window.close());
}

QTEST_MAIN(TestExitsDialog)
#include "tst_exits_dialog.moc"
