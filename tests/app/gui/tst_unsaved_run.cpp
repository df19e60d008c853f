// SPDX-License-Identifier: GPL-3.0-or-later
// An evaluation that was never saved does not give way to another run, or to the end of the program, without a
// question.

#include <QDir>
#include <QListWidget>
#include <QMenu>
#include <QMimeData>
#include <QTest>

#include "app/main_window.h"
#include "app/session.h"
#include "core/analysis/run/run_file.h"
#include "tests/app/gui/pattern_images.h"
#include "tests/app/gui/window_test.h"
#include "tests/support/synthetic_run.h"

using namespace exitscope;

namespace {

using Unsaved = app::Prompts::Unsaved;

constexpr std::pair<Unsaved, const char*> answers[] = {
    {Unsaved::stay, "cancel"}, {Unsaved::discard, "discard"}, {Unsaved::save, "save"}};
constexpr const char* ways[] = {"open run", "drop run", "open session", "recent run", "evaluate", "close"};

}  // namespace

class TestUnsavedRun : public tests::WindowTest {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();

    void isAskedFor_data();
    void isAskedFor();
    void aSavedRunIsNot();
    void savingThatFailsKeepsIt();

private:
    void openUnsaved();
    void leave(const QString& way);

    QString images_;
};

void TestUnsavedRun::initTestCase()
{
    for (const auto& [name, seed] : {std::pair("mine.exr", 1), std::pair("other.exr", 2)})
        QVERIFY(run::save(*tests::synthetic_run({.exits = 2,
                                                 .precisions = {{8, 8}},
                                                 .fit_samples = 200,
                                                 .test_samples = 200,
                                                 .seed = std::uint64_t(seed)}),
                          file(name).toStdString()));
    images_ = tests::writeImages(QDir(scratch_.path()), QStringLiteral("images"), 80, 4, 4);
}

void TestUnsavedRun::init()
{
    startAfresh();
    QFile::remove(file("saved.exr"));
    makeBriefSession();
    openWindow();
}

/// As after an evaluation: a run without a name.
void TestUnsavedRun::openUnsaved()
{
    app::SessionState state = session_->state();
    state.run = file("mine.exr");
    session_->restore(state, QString());
    settle();
    QVERIFY(!session_->runIsSaved());
}

void TestUnsavedRun::leave(const QString& way)
{
    prompts_.open = file("other.exr");
    prompts_.save = file("saved.exr");
    if (way == QStringLiteral("open run")) {
        QTest::keyClick(window_.get(), Qt::Key_R, Qt::ControlModifier);
    } else if (way == QStringLiteral("drop run")) {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(file("other.exr"))});
        QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(window_.get(), &enter);
        QDropEvent drop(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(window_.get(), &drop);
    } else if (way == QStringLiteral("open session")) {
        prompts_.open = file("other.exs");
        QTest::keyClick(window_.get(), Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
    } else if (way == QStringLiteral("recent run")) {
        for (QMenu* menu : window_->findChildren<QMenu*>())
            for (QAction* entry : menu->actions())
                if (entry->text() == file("other.exr"))
                    return entry->trigger();
        QFAIL("no recent file");
    } else if (way == QStringLiteral("evaluate")) {
        QTest::keyClick(window_.get(), Qt::Key_F5);
    } else {
        window_->close();
    }
}

void TestUnsavedRun::isAskedFor_data()
{
    QTest::addColumn<QString>("way");
    QTest::addColumn<int>("answer");
    for (const char* way : ways)
        for (const auto& [answer, name] : answers)
            QTest::addRow("%s, %s", way, name) << QString::fromLatin1(way) << static_cast<int>(answer);
}

void TestUnsavedRun::isAskedFor()
{
    QFETCH(QString, way);
    QFETCH(int, answer);
    prompts_.unsaved = static_cast<Unsaved>(answer);
    openRun(file("other.exr"));
    if (way == QStringLiteral("open session")) {
        prompts_.save = file("other.exs");
        QTest::keyClick(window_.get(), Qt::Key_S, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(QFile::exists(file("other.exs")) && !session_->jobs().busy());
    }
    if (way == QStringLiteral("evaluate")) {
        session_->openModel(QStringLiteral(EXITSCOPE_TEST_DATA "/models/backbone_13.onnx"));
        session_->openData(images_);
        QTRY_VERIFY_WITH_TIMEOUT(session_->canEvaluate() && !session_->jobs().busy(), 60'000);
    }
    QCOMPARE(prompts_.asked, 0);
    openUnsaved();
    const run::RunPtr mine = session_->run();

    leave(way);
    QCOMPARE(prompts_.asked, 1);
    const bool stays = prompts_.unsaved == Unsaved::stay;
    QTRY_COMPARE(QFile::exists(file("saved.exr")), prompts_.unsaved == Unsaved::save);
    if (way == QStringLiteral("close")) {
        QTRY_COMPARE(window_->isVisible(), stays);
        return;
    }
    if (stays) {
        QVERIFY(!session_->jobs().busy());
        QCOMPARE(session_->run(), mine);
    } else {
        QTRY_VERIFY_WITH_TIMEOUT(session_->run() != mine, 60'000);
        settle();
    }
}

void TestUnsavedRun::aSavedRunIsNot()
{
    openUnsaved();
    prompts_.save = file("saved.exr");
    QTest::keyClick(window_.get(), Qt::Key_S, Qt::ControlModifier);
    QTRY_VERIFY(session_->runIsSaved() && !session_->jobs().busy());
    leave(QStringLiteral("open run"));
    QTRY_COMPARE_WITH_TIMEOUT(session_->runPath(), file("other.exr"), 60'000);
    settle();
    QCOMPARE(prompts_.asked, 0);
}

void TestUnsavedRun::savingThatFailsKeepsIt()
{
    openUnsaved();
    const run::RunPtr mine = session_->run();
    prompts_.unsaved = Unsaved::save;
    prompts_.open = file("other.exr");
    for (const QString& nowhere : {QString(), file("missing/saved.exr")}) {
        prompts_.save = nowhere;
        QTest::keyClick(window_.get(), Qt::Key_R, Qt::ControlModifier);
        tests::handleEvents();
        QTRY_VERIFY(!session_->jobs().busy());
        QCOMPARE(session_->run(), mine);
    }
    QCOMPARE(prompts_.asked, 2);
}

QTEST_MAIN(TestUnsavedRun)
#include "tst_unsaved_run.moc"
