// SPDX-License-Identifier: GPL-3.0-or-later
// What the window keeps from one start to the next: sessions, what a killed program had open, layout, recent files and
// named filters.

#include <QComboBox>
#include <QDir>
#include <QDockWidget>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QTest>
#include <QToolButton>

#include "app/main_window.h"
#include "app/session.h"
#include "core/analysis/run/run_file.h"
#include "tests/app/gui/window_test.h"
#include "tests/support/synthetic_run.h"
#include "widgets/common/message_bar.h"

using namespace exitscope;

class TestWindowSessions : public tests::WindowTest {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();

    void filtersAreSavedByName();
    void aSessionComesBack();
    void aBrokenSessionChangesNothing();
    void aKilledProgramIsGoneOnWith();
    void closingWhileBusyIsSafe();
    void closingASavedRunAsksNothing();
    void layoutAndRecentFilesAreRemembered();

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
};

void TestWindowSessions::initTestCase()
{
    tests::SyntheticOptions options;
    options.exits = 3;
    options.precisions = {{4, 4}, {8, 8}};
    options.fit_samples = 400;
    options.test_samples = 600;
    run_ = file("synthetic.exr");
    QVERIFY(run::save(*tests::synthetic_run(options), run_.toStdString()));
}

void TestWindowSessions::init()
{
    startAfresh();
    openWindow();
}

void TestWindowSessions::filtersAreSavedByName()
{
    openRun(run_);
    session_->addFilters({{gui::Filter::Kind::exit, 1}, {gui::Filter::Kind::good, 0}});
    const std::vector<SampleIndex> passing = session_->passing();
    QMenu* menu = find<QToolButton>("savedFilters")->menu();
    menu->popup(QPoint(10, 10));
    auto* name = menu->findChild<QLineEdit*>(QStringLiteral("saveFilterName"));
    QVERIFY(name && name->isEnabled());
    QTest::keyClicks(name, QStringLiteral("late & wrong"));
    press(name, Qt::Key_Return);
    QVERIFY(!menu->isVisible());
    session_->clearFilters();
    menu->popup(QPoint(10, 10));
    menu->close();
    QCOMPARE(menu->actions().front()->text(), QStringLiteral("late && wrong"));
    menu->actions().front()->trigger();
    QVERIFY(session_->passing() == passing);
    QCOMPARE(session_->filters().filters().front().text, std::string("exit=2 wrong"));
}

void TestWindowSessions::aSessionComesBack()
{
    openRun(run_);
    auto* policy = find<QComboBox>("policyBox");
    policy->setCurrentIndex(policy->findData(QStringLiteral("entropy")));
    QTRY_VERIFY_WITH_TIMEOUT(session_->point()->decisions.policy == "entropy" && !session_->jobs().busy(), 60000);
    session_->setBudget(0.4);
    session_->addFilters({{gui::Filter::Kind::good, 1}, {gui::Filter::Kind::query, 0, 0, 1, "index<300"}});
    session_->select(SampleIndex(77));
    find<QDockWidget>("inspectorDock")->hide();
    prompts_.save = file("work.exs");
    press(window_.get(), Qt::Key_S, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(QFile::exists(file("work.exs")) && !session_->jobs().busy());
    const std::vector<SampleIndex> passing = session_->passing();

    dropWindow();
    openWindow();
    window_->open(app::classify({file("work.exs")}));
    settle();
    QCOMPARE(session_->policy(), std::string("entropy"));
    QCOMPARE(session_->budget(), 0.4);
    QVERIFY(session_->passing() == passing);
    QCOMPARE(session_->filters().filters().size(), std::size_t(2));
    QCOMPARE(session_->selected(), std::optional(SampleIndex(77)));
    QCOMPARE(session_->runPath(), run_);
    QVERIFY(find<QDockWidget>("inspectorDock")->isHidden());
    find<QDockWidget>("inspectorDock")->show();
    QTRY_VERIFY(find<QLabel>("inspectorTitle")->text().startsWith(QStringLiteral("#77 ")));
    QCOMPARE(find<QComboBox>("policyBox")->currentData().toString(), QStringLiteral("entropy"));
}

void TestWindowSessions::aBrokenSessionChangesNothing()
{
    openRun(run_);
    QFile broken(file("broken.exs"));
    QVERIFY(broken.open(QIODevice::WriteOnly));
    broken.write("{\"format\":\"exitscope-session\",\"version\":1,\"budget\":7}");
    broken.close();
    prompts_.open = broken.fileName();
    press(window_.get(), Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
    auto* bar = find<gui::MessageBar>("messageBar");
    QVERIFY(bar->isVisible() && bar->isError());
    QVERIFY(bar->message().contains(QStringLiteral("\"budget\"")));
    QVERIFY(session_->point()->decided() && session_->runPath() == run_);
}

void TestWindowSessions::aKilledProgramIsGoneOnWith()
{
    app::MainWindow::Options options;
    options.autosave = file("autosave");
    options.autosaveMilliseconds = 20;
    dropWindow();
    openWindow(options);
    QVERIFY(!find<QPushButton>("welcomeRecovery")->isVisible());
    openRun(run_);
    session_->addFilters({{gui::Filter::Kind::good, 0}});
    const QDir folder(options.autosave);
    const auto kept = [&] {
        const QStringList names = folder.entryList({QStringLiteral("*.exs")});
        return !names.isEmpty() && contents(folder.filePath(names.front())).contains("\"right\"");
    };
    QTRY_VERIFY(kept() && !session_->jobs().busy());
    dropWindow();
    openWindow(options);
    auto* offer = find<QPushButton>("welcomeRecovery");
    QVERIFY(offer->isVisible());
    QTest::mouseClick(offer, Qt::LeftButton);
    settle();
    QCOMPARE(session_->filters().filters().size(), std::size_t(1));
    QCOMPARE(session_->runPath(), run_);
    QVERIFY(window_->close());
    QVERIFY(folder.entryList({QStringLiteral("*.exs"), QStringLiteral("*.exr")}).isEmpty());
}

void TestWindowSessions::closingWhileBusyIsSafe()
{
    prompts_.open = run_;
    press(window_.get(), Qt::Key_R, Qt::ControlModifier);
    QVERIFY(session_->jobs().busy());
    QVERIFY(window_->close());
    dropWindow();
}

void TestWindowSessions::closingASavedRunAsksNothing()
{
    openRun(run_);
    QVERIFY(window_->close());
    QCOMPARE(prompts_.asked, 0);
}

void TestWindowSessions::layoutAndRecentFilesAreRemembered()
{
    openRun(run_);
    find<QDockWidget>("inspectorDock")->hide();
    QVERIFY(window_->close());
    dropWindow();
    openWindow();
    auto* recent = find<QListWidget>("welcomeRecent");
    QCOMPARE(recent->count(), 1);
    press(recent, Qt::Key_Down);
    press(recent, Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(session_->point()->decided(), 60000);
    QVERIFY(find<QDockWidget>("inspectorDock")->isHidden());
    QVERIFY(!find<QDockWidget>("sessionDock")->isHidden());
}

QTEST_MAIN(TestWindowSessions)
#include "tst_window_sessions.moc"
