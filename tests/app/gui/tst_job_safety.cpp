// SPDX-License-Identifier: GPL-3.0-or-later
// Closing, cancelling, starting again and opening something else in the middle of every kind of job. What it proves it
// proves under the presets asan and tsan.
#include <functional>

#include <QComboBox>
#include <QDir>
#include <QDockWidget>
#include <QFile>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>

#include "app/bundle_dialog.h"
#include "app/exits_dialog.h"
#include "app/main_window.h"
#include "app/session.h"
#include "core/analysis/run/run_file.h"
#include "tests/app/gui/pattern_images.h"
#include "tests/app/gui/window_test.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;

namespace {

enum class Then { cancel, close, again, another };

constexpr std::pair<Then, const char*> thens[] = {
    {Then::cancel, "cancel"}, {Then::close, "close"}, {Then::again, "again"}, {Then::another, "another run"}};
constexpr int delays[] = {0, 3, 25};  ///< milliseconds from the start of the job
constexpr const char* kinds[] = {"model",  "data",   "run",       "analysis",   "evaluation", "saving",
                                 "report", "export", "guarantee", "comparison", "exits",      "bundle"};

QString fashionMnist()
{
    return QStringLiteral("/usr/share/datasets/fashion-mnist");
}

}  // namespace

class TestJobSafety : public tests::WindowTest {
    Q_OBJECT
private slots:
    void initTestCase();
    void inTheMiddle_data();
    void inTheMiddle();

private:
    void open();
    void close();
    bool prepare(const QString& kind);
    bool openSample();
    bool evaluateSample();
    void start(const QString& kind);
    [[nodiscard]] QStringList leftovers() const;

    QString sample_;
    QString images_;  ///< class folders
};

void TestJobSafety::initTestCase()
{
    for (const auto& [name, seed] : {std::pair("one.exr", 1), std::pair("two.exr", 2)})
        QVERIFY(run::save(*tests::synthetic_run({.exits = 3,
                                                 .precisions = {{4, 4}, {8, 8}},
                                                 .fit_samples = 300,
                                                 .test_samples = 400,
                                                 .seed = std::uint64_t(seed)}),
                          file(name).toStdString()));
    images_ = tests::writeImages(QDir(scratch_.path()), QStringLiteral("images"), 160, 4, 4);
    sample_ = app::findSample(QApplication::applicationDirPath());
}

void TestJobSafety::open()
{
    makeBriefSession();
    app::EvaluateSettings settings = session_->settings();
    settings.limit = 60;
    session_->setSettings(settings);
    openWindow({}, {900, 600});
}

void TestJobSafety::close()
{
    window_->close();
    dropWindow();
}

/// What the job needs before it can begin; false where this machine lacks it.
bool TestJobSafety::prepare(const QString& kind)
{
    if (kind == QStringLiteral("exits")) {
        session_->openModel(QStringLiteral(EXITSCOPE_TEST_DATA "/models/backbone_13.onnx"));
        return QTest::qWaitFor([this] { return session_->model() && !session_->jobs().busy(); }, 300'000);
    }
    if (kind == QStringLiteral("model"))
        return !sample_.isEmpty();
    if (kind == QStringLiteral("evaluation"))
        return openSample();
    if (kind == QStringLiteral("bundle")) {
        if (!evaluateSample())
            return false;
        openRun(file("sample.exr"), 300'000);
        return true;
    }
    if (kind == QStringLiteral("data"))
        return QFile::exists(fashionMnist());
    if (kind == QStringLiteral("run"))
        return true;
    openRun(file("one.exr"), 300'000);
    return settled();
}

/// The sample's model and data; false where this machine lacks them.
bool TestJobSafety::openSample()
{
    if (sample_.isEmpty() || !QFile::exists(fashionMnist()))
        return false;
    session_->openModel(sample_ + QStringLiteral("/model.onnx"));
    session_->openFitData(QStringLiteral("fashion-mnist:fit"));
    session_->openTestData(QStringLiteral("fashion-mnist:test"));
    return QTest::qWaitFor([this] { return session_->canEvaluate() && !session_->jobs().busy(); }, 300'000);
}

/// Makes the run of which bundles are written, the first time; false where this machine lacks the sample.
bool TestJobSafety::evaluateSample()
{
    if (QFile::exists(file("sample.exr")))
        return true;
    if (!openSample())
        return false;
    session_->evaluate();
    settle(300'000);
    session_->saveRun(file("sample.exr"));
    return QTest::qWaitFor([this] { return session_->runIsSaved() && !session_->jobs().busy(); }, 300'000);
}

void TestJobSafety::start(const QString& kind)
{
    if (kind == QStringLiteral("model")) {
        session_->openModel(sample_ + QStringLiteral("/model.onnx"));
    } else if (kind == QStringLiteral("data")) {
        session_->openData(QStringLiteral("fashion-mnist"));
    } else if (kind == QStringLiteral("run")) {
        session_->openRun(file("one.exr"));
    } else if (kind == QStringLiteral("analysis")) {
        session_->setPooled(!session_->pooled());
        session_->showCurve("escalate", true);
    } else if (kind == QStringLiteral("evaluation")) {
        session_->evaluate();
    } else if (kind == QStringLiteral("saving")) {
        session_->saveRun(file("saved.exr"));
    } else if (kind == QStringLiteral("report")) {
        prompts_.save = file("report.html");
        find<QAction>("actionExportReport")->trigger();
    } else if (kind == QStringLiteral("export")) {
        prompts_.save = file("samples.csv");
        find<QAction>("actionExportTable")->trigger();
    } else if (kind == QStringLiteral("guarantee")) {
        find<QDockWidget>("guaranteeDock")->raise();
        find<QPushButton>("findGuarantee")->click();
    } else if (kind == QStringLiteral("comparison")) {
        find<QDockWidget>("compareDock")->raise();
        find<QAction>("actionPinPoint")->trigger();
        session_->setBudget(session_->budget() * 0.7);
    } else if (kind == QStringLiteral("exits")) {
        find<QAction>("actionAddExits")->trigger();
        find<QLineEdit>("exitsData")->setText(images_);
        find<QPushButton>("exitsTrain")->click();
    } else if (kind == QStringLiteral("bundle")) {
        QDir(file("bundle")).removeRecursively();
        find<QAction>("actionExportBundle")->trigger();
        find<QLineEdit>("bundleModel")->setText(sample_ + QStringLiteral("/model.onnx"));
        find<QLineEdit>("bundleFolder")->setText(file("bundle"));
        find<QPushButton>("bundleWrite")->click();
    }
}

/// Files and folders that writers make beside their target, ".NAME.XXXXXX", and rename or remove in the end.
QStringList TestJobSafety::leftovers() const
{
    const auto everything = QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot;
    return QDir(scratch_.path()).entryList({QStringLiteral(".*")}, everything);
}

void TestJobSafety::inTheMiddle_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<int>("then");
    for (const char* kind : kinds)
        for (const auto& [then, name] : thens)
            QTest::addRow("%s, %s", kind, name) << QString::fromLatin1(kind) << static_cast<int>(then);
}

void TestJobSafety::inTheMiddle()
{
    QFETCH(QString, kind);
    QFETCH(int, then);
    for (const int delay : delays) {
        open();
        if (!prepare(kind)) {
            close();
            QSKIP("the sample or the package dataset-fashion-mnist is not installed");
        }
        start(kind);
        QTest::qWait(delay);
        switch (static_cast<Then>(then)) {
        case Then::cancel:
            session_->cancel();
            QVERIFY(!session_->jobs().busy());
            break;
        case Then::close: break;
        case Then::again: start(kind); break;
        case Then::another:
            openRun(file("two.exr"), 300'000);
            QCOMPARE(session_->runPath(), file("two.exr"));
            break;
        }
        QTest::qWait(delay);
        close();
    }
    QCOMPARE(leftovers(), QStringList());
}

QTEST_MAIN(TestJobSafety)
#include "tst_job_safety.moc"
