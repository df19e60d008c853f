// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDialog>
#include <QDoubleSpinBox>
#include <QFile>
#include <QImage>
#include <QLabel>
#include <QPushButton>
#include <QRegularExpression>
#include <QSettings>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>

#include "app/main_window.h"
#include "app/session.h"
#include "core/analysis/run/run_file.h"
#include "tests/app/gui/prepared_prompts.h"
#include "tests/support/require.h"
#include "tests/support/synthetic_run.h"
#include "widgets/common/plot.h"
#include "widgets/plots/canvas.h"

using namespace exitscope;

namespace {

constexpr double millimetresAnInch = 25.4;

template <class Widget>
Widget* in(QWidget* parent, const char* name)
{
    return parent ? parent->findChild<Widget*>(QLatin1String(name)) : nullptr;
}

}  // namespace

class TestPrintDialog : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();

    void everyPlotIsPrinted();
    void sizesAreExact();
    void theColumnSetsTheWidth();
    void theCopyIsAsLarge();
    void whatIsZoomedIsPrinted();
    void errorsAreShown();

private:
    /// A key of the main window, which a dialog may have had before.
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers)
    {
        window_->activateWindow();
        tests::require(QTest::qWaitForWindowActive(window_.get()), "the window is active");
        QTest::keyClick(window_.get(), key, modifiers);
    }
    [[nodiscard]] QWidget* ask()
    {
        press(Qt::Key_E, Qt::ControlModifier | Qt::AltModifier);
        return in<QDialog>(window_.get(), "printDialog");
    }
    void done(QWidget* dialog)
    {
        QTest::keyClick(dialog, Qt::Key_Escape);
        tests::requireSoon([this] { return !in<QDialog>(window_.get(), "printDialog"); }, "the dialog is gone");
    }

    QTemporaryDir scratch_;
    tests::PreparedPrompts prompts_;
    std::unique_ptr<QSettings> settings_;
    std::unique_ptr<app::Session> session_;
    std::unique_ptr<app::MainWindow> window_;
};

void TestPrintDialog::init()
{
    const QString run = scratch_.filePath(QStringLiteral("run.exr"));
    tests::SyntheticOptions options;
    options.exits = 3;
    options.precisions = {{4, 4}, {8, 8}};
    options.fit_samples = 300;
    options.test_samples = 300;
    QVERIFY(run::save(*tests::synthetic_run(options), run.toStdString()));
    settings_ = std::make_unique<QSettings>(scratch_.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat);
    settings_->clear();
    session_ = std::make_unique<app::Session>();
    window_ = std::make_unique<app::MainWindow>(*session_, *settings_, prompts_, app::MainWindow::Options{});
    window_->resize(1400, 900);
    window_->show();
    QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
    session_->openRun(run);
    QTRY_VERIFY_WITH_TIMEOUT(session_->point()->decided() && !session_->jobs().busy(), 60000);
}

void TestPrintDialog::cleanup()
{
    window_.reset();
    session_.reset();
}

void TestPrintDialog::everyPlotIsPrinted()
{
    const char* plots[] = {"tradeoffPlot", "exitSharesPlot", "errorPlot", "flowPlot", "confusionPlot"};
    for (int i = 0; i < 5; ++i) {
        press(Qt::Key(Qt::Key_1 + i), Qt::ControlModifier);
        auto* plot = in<gui::Plot>(window_.get(), plots[i]);
        QTRY_VERIFY(plot && plot->isVisible() && plot->plottableCount() + plot->itemCount() > 0);
        plot->setFocus();
        const QColor ground = plots::ground(*plot);
        QWidget* dialog = ask();
        QVERIFY(dialog);
        QVERIFY(!in<QLabel>(dialog, "printPreview")->pixmap().isNull());
        prompts_.save = scratch_.filePath(QLatin1String(plots[i]) + QStringLiteral(".svg"));
        QTest::mouseClick(in<QPushButton>(dialog, "printSave"), Qt::LeftButton);
        QVERIFY2(prompts_.suggested.contains(QLatin1String(plots[i])), qPrintable(prompts_.suggested));
        QFile file(prompts_.save);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto width =
            QRegularExpression(QStringLiteral("<svg width=\"([0-9.]+)mm\"")).match(QString::fromUtf8(file.readAll()));
        QVERIFY(width.hasMatch());
        QVERIFY2(std::abs(width.captured(1).toDouble() - 84) < 0.05, qPrintable(width.captured(1)));
        QCOMPARE(plots::ground(*plot), ground);
        QTRY_VERIFY(!in<QDialog>(window_.get(), "printDialog"));
    }
}

void TestPrintDialog::sizesAreExact()
{
    QWidget* dialog = ask();
    QVERIFY(dialog);
    in<QDoubleSpinBox>(dialog, "printWidth")->setValue(100);
    in<QDoubleSpinBox>(dialog, "printHeight")->setValue(50);
    in<QSpinBox>(dialog, "printDpi")->setValue(254);
    prompts_.save = scratch_.filePath(QStringLiteral("plot.png"));
    QTest::mouseClick(in<QPushButton>(dialog, "printSave"), Qt::LeftButton);
    const QImage image(prompts_.save);
    QVERIFY2(std::abs(image.width() - 1000) <= 1 && std::abs(image.height() - 500) <= 2,
             qPrintable(QStringLiteral("%1 x %2").arg(image.width()).arg(image.height())));
    QCOMPARE(image.pixelColor(0, 0), QColor(Qt::white));
    QTRY_VERIFY(!in<QDialog>(window_.get(), "printDialog"));

    dialog = ask();  // sizes are remembered
    QVERIFY(dialog);
    QCOMPARE(in<QDoubleSpinBox>(dialog, "printWidth")->value(), 100.0);
    QCOMPARE(in<QComboBox>(dialog, "printColumn")->currentIndex(), 3);
    prompts_.save = scratch_.filePath(QStringLiteral("plot.pdf"));
    QTest::mouseClick(in<QPushButton>(dialog, "printSave"), Qt::LeftButton);
    QFile file(prompts_.save);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto box = QRegularExpression(QStringLiteral("MediaBox \\[0 0 ([0-9.]+) ([0-9.]+)\\]"))
                         .match(QString::fromLatin1(file.readAll()));
    QVERIFY(box.hasMatch());
    QVERIFY(std::abs(box.captured(1).toDouble() - 72 * 100 / millimetresAnInch) < 1.5);
}

void TestPrintDialog::theColumnSetsTheWidth()
{
    QWidget* dialog = ask();
    QVERIFY(dialog);
    auto* column = in<QComboBox>(dialog, "printColumn");
    auto* width = in<QDoubleSpinBox>(dialog, "printWidth");
    auto* height = in<QDoubleSpinBox>(dialog, "printHeight");
    QCOMPARE(width->value(), 84.0);
    QCOMPARE(column->currentIndex(), 0);
    const double proportion = height->value() / width->value();
    column->setFocus();
    QTest::keyClick(column, Qt::Key_End);
    QTest::keyClick(column, Qt::Key_Up);
    QCOMPARE(width->value(), 174.0);
    QVERIFY(std::abs(height->value() / width->value() - proportion) < 0.01);
    width->setValue(90);
    QCOMPARE(column->currentIndex(), 3);
    done(dialog);
}

void TestPrintDialog::theCopyIsAsLarge()
{
    QWidget* dialog = ask();
    QVERIFY(dialog);
    QApplication::clipboard()->clear();
    QTest::mouseClick(in<QPushButton>(dialog, "printCopy"), Qt::LeftButton);
    const QImage copied = QApplication::clipboard()->image();
    QVERIFY2(std::abs(copied.width() - 300 * 84 / millimetresAnInch) <= 1.5,
             qPrintable(QString::number(copied.width())));
    done(dialog);
}

void TestPrintDialog::whatIsZoomedIsPrinted()
{
    auto* plot = in<gui::Plot>(window_.get(), "tradeoffPlot");
    QCustomPlot whole;
    plot->drawOn(whole, plots::Theme::paper());
    QCOMPARE(whole.xAxis->range(), plot->xAxis->range());
    plot->setFocus();
    QTest::keyClick(plot, Qt::Key_Plus);
    QCustomPlot part;
    plot->drawOn(part, plots::Theme::paper());
    QCOMPARE(part.xAxis->range(), plot->xAxis->range());
    QVERIFY(part.xAxis->range().size() < whole.xAxis->range().size());
}

void TestPrintDialog::errorsAreShown()
{
    QWidget* dialog = ask();
    QVERIFY(dialog);
    prompts_.save = scratch_.filePath(QStringLiteral("missing/plot.png"));
    QTest::mouseClick(in<QPushButton>(dialog, "printSave"), Qt::LeftButton);
    QVERIFY(dialog->isVisible());
    QVERIFY(in<QWidget>(dialog, "messageBar") && in<QWidget>(dialog, "messageBar")->isVisible());
    done(dialog);
}

QTEST_MAIN(TestPrintDialog)
#include "tst_print_dialog.moc"
