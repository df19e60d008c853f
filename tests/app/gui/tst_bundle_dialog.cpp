// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>

#include <QCheckBox>
#include <QDialog>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

#include "app/main_window.h"
#include "app/open_request.h"
#include "app/session.h"
#include "tests/app/gui/prepared_prompts.h"

using namespace exitscope;

class TestBundleDialog : public QObject {
    Q_OBJECT
private slots:
    void bothFormsAreWritten();
};

/// The operating point of a small evaluation of the sample, once for other programs to fuse and once exactly.
void TestBundleDialog::bothFormsAreWritten()
{
    const QString sample = app::findSample(QApplication::applicationDirPath());
    if (sample.isEmpty() || !QFile::exists(QStringLiteral("/usr/share/datasets/fashion-mnist")))
        QSKIP("the sample or the package dataset-fashion-mnist is not installed");
    QTemporaryDir scratch;
    tests::PreparedPrompts prompts;
    QSettings settings(scratch.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat);
    app::Session session;
    app::EvaluateSettings small = session.settings();
    small.limit = 60;
    small.options.calibration.samples = 16;
    small.options.precisions = {{8, 8}};
    small.options.measure_latency = false;
    session.setSettings(small);
    app::MainWindow window(session, settings, prompts, {});
    window.show();
    session.openModel(sample + QStringLiteral("/model.onnx"));
    session.openFitData(QStringLiteral("fashion-mnist:fit"));
    session.openTestData(QStringLiteral("fashion-mnist:test"));
    QTRY_VERIFY_WITH_TIMEOUT(session.canEvaluate() && !session.jobs().busy(), 120'000);
    session.evaluate();
    QTRY_VERIFY_WITH_TIMEOUT(session.point()->decided() && !session.jobs().busy(), 280'000);

    QTest::keyClick(&window, Qt::Key_B, Qt::ControlModifier | Qt::ShiftModifier);
    auto* dialog = window.findChild<QDialog*>(QStringLiteral("bundleDialog"));
    QVERIFY(dialog && dialog->isVisible());
    const auto write = [&](const QString& folder, bool exact) {
        dialog->findChild<QLineEdit*>(QStringLiteral("bundleFolder"))->setText(folder);
        dialog->findChild<QCheckBox*>(QStringLiteral("bundleExact"))->setChecked(exact);
        auto* result = dialog->findChild<QLabel*>(QStringLiteral("bundleResult"));
        QTest::mouseClick(dialog->findChild<QPushButton*>(QStringLiteral("bundleWrite")), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(result->text().contains(folder), 60'000);
        QVERIFY(result->text().contains(QStringLiteral("run.cpp")));
    };
    const QDir fused(scratch.filePath(QStringLiteral("fused")));
    const QDir exact(scratch.filePath(QStringLiteral("exact")));
    write(fused.path(), false);
    write(exact.path(), true);
    QCOMPARE(fused.entryList(QDir::Files), exact.entryList(QDir::Files));
    const auto contents = [](const QDir& folder, const QString& name) {
        QFile file(folder.filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    QVERIFY(!contents(fused, QStringLiteral("policy.json")).isEmpty());
    const QStringList stages = fused.entryList({QStringLiteral("*.onnx")}, QDir::Files);
    QVERIFY(!stages.isEmpty());
    for (const QString& stage : stages)
        QVERIFY2(contents(fused, stage) != contents(exact, stage), qPrintable(stage));
}

QTEST_MAIN(TestBundleDialog)
#include "tst_bundle_dialog.moc"
