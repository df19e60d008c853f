// SPDX-License-Identifier: GPL-3.0-or-later
// What the window writes is made and written beside it, and none of it is lost.
#include <atomic>
#include <chrono>
#include <thread>

#include <QAction>
#include <QFile>
#include <QTest>
#include <QThread>

#include "app/main_window.h"
#include "app/session.h"
#include "core/analysis/run/run_file.h"
#include "core/network/dataset/dataset.h"
#include "tests/app/gui/window_test.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;

namespace {

/// The images of a run, which count how often the window's own thread decodes one.
class Watched : public dataset::Dataset {
public:
    explicit Watched(const run::RunPtr& run) : run_(run)
    {
        info_.name = "watched";
        info_.labelled = true;
    }
    [[nodiscard]] const dataset::Info& info() const override { return info_; }
    [[nodiscard]] std::size_t size() const override { return run_->test.samples; }
    [[nodiscard]] Expected<dataset::Image> image(SampleIndex) const override
    {
        ++(QThread::currentThread() == window_ ? inWindow : beside);
        dataset::Image image;
        image.width = 8;
        image.height = 8;
        image.channels = 1;
        image.pixels.assign(64, 128);
        return image;
    }
    [[nodiscard]] std::optional<ClassIndex> label(SampleIndex index) const override
    {
        return ClassIndex(static_cast<std::size_t>(run_->test.labels[index.at()]));
    }
    [[nodiscard]] std::string origin(SampleIndex) const override { return "made up"; }
    [[nodiscard]] std::string content_hash() const override { return {}; }

    mutable std::atomic<int> inWindow = 0;
    mutable std::atomic<int> beside = 0;

private:
    run::RunPtr run_;
    dataset::Info info_;
    QThread* window_ = QThread::currentThread();
};

std::string slowly(const std::string& text)
{
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    return text;
}

}  // namespace

class TestExports : public tests::WindowTest {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();

    void reportsAreComposedBesideTheWindow();
    void aSecondFileWaitsForTheFirst();
    void closingWritesWhatWaits();

private:
    QByteArray contents(const char* name) const
    {
        QFile file(this->file(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
};

void TestExports::initTestCase()
{
    QVERIFY(run::save(
        *tests::synthetic_run({.exits = 3, .precisions = {{4, 4}, {8, 8}}, .fit_samples = 300, .test_samples = 400}),
        file("run.exr").toStdString()));
}

void TestExports::init()
{
    startAfresh();
    openWindow();
    openRun(file("run.exr"));
}

void TestExports::reportsAreComposedBesideTheWindow()
{
    const auto images = std::make_shared<const Watched>(session_->run());
    emit session_->imagesChanged(images);
    prompts_.save = file("report.html");
    find<QAction>("actionExportReport")->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(contents("report.html").contains("data:image/png"), 60'000);
    QVERIFY(images->beside > 0);
    QCOMPARE(images->inWindow.load(), 0);
}

void TestExports::aSecondFileWaitsForTheFirst()
{
    session_->writeFile(file("first"), [] { return slowly("1"); });
    session_->writeFile(file("second"), [] { return slowly("2"); });
    QVERIFY(!QFile::exists(file("first")));
    QTRY_VERIFY(!session_->jobs().busy());
    QCOMPARE(contents("first"), QByteArray("1"));
    QCOMPARE(contents("second"), QByteArray("2"));
}

void TestExports::closingWritesWhatWaits()
{
    session_->writeFile(file("begun"), [] { return slowly("1"); });
    session_->writeFile(file("waits"), [] { return slowly("2"); });
    session_->writeFile(file("waits too"), [] { return slowly("3"); });
    window_->close();
    dropWindow();
    QCOMPARE(contents("begun"), QByteArray("1"));
    QCOMPARE(contents("waits"), QByteArray("2"));
    QCOMPARE(contents("waits too"), QByteArray("3"));
}

QTEST_MAIN(TestExports)
#include "tst_exports.moc"
