// SPDX-License-Identifier: GPL-3.0-or-later
// Every action of the menus does what it says when it is driven by keys: by its shortcut, or by the keys of its menu
// where it has none. An action that no case is about fails the test.
#include <functional>

#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QDir>
#include <QDockWidget>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMenuBar>
#include <QTableView>
#include <QTest>
#include <QTimer>
#include <QToolBar>

#include "app/language.h"
#include "app/main_window.h"
#include "app/session.h"
#include "core/analysis/run/run_file.h"
#include "tests/app/gui/pattern_images.h"
#include "tests/app/gui/window_test.h"
#include "tests/support/synthetic_run.h"
#include "widgets/common/theme.h"

using namespace exitscope;

namespace {

constexpr std::size_t samples = 200;

/// From the first menu down to `wanted`; empty when it is in none.
QList<QAction*> wayTo(const QList<QAction*>& actions, const QAction* wanted)
{
    for (QAction* action : actions) {
        if (action == wanted)
            return {action};
        if (!action->menu())
            continue;
        if (const QList<QAction*> below = wayTo(action->menu()->actions(), wanted); !below.isEmpty())
            return QList<QAction*>{action} + below;
    }
    return {};
}

/// What can be chosen in the menus and those below them.
QList<QAction*> choices(const QList<QAction*>& actions)
{
    QList<QAction*> found;
    for (QAction* action : actions) {
        if (action->menu())
            found += choices(action->menu()->actions());
        else if (!action->isSeparator())
            found << action;
    }
    return found;
}

}  // namespace

class TestActions : public tests::WindowTest {
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase();

    void everyActionHasACase();
    void doesWhatItSays_data();
    void doesWhatItSays();

private:
    struct Case {
        QString action;                ///< object name; of a dock for its entry in the menu View
        std::function<void()> before;  ///< makes the effect false and the action possible
        std::function<bool()> effect;
    };
    void addCases();
    void addFileCases();
    void addEditCases();
    void addViewCases();
    void addRunCases();
    void addExportCases();
    void add(const char* action, std::function<void()> before, std::function<bool()> effect)
    {
        cases_.push_back({QLatin1String(action), std::move(before), std::move(effect)});
    }
    QAction* actionOf(const QString& name);
    void drive(QAction& action);
    void driveByMenu(const QAction& action);

    /// For a file that an export writes.
    void expectFile(const char* action, const char* name)
    {
        add(
            action,
            [this, name] {
                QFile::remove(file(name));
                prompts_.save = file(name);
            },
            [this, name] { return QFile::exists(file(name)) && !session_->jobs().busy(); });
    }
    /// For a dialog that blocks the window until it is closed.
    void expectModal(const char* action, const char* dialog)
    {
        add(
            action, [this] { modal_.clear(); }, [this, dialog] { return modal_ == QLatin1String(dialog); });
    }

    QString images_;
    QTimer modalWatch_;
    QString modal_;  ///< the last blocking dialog, closed by Escape
    std::vector<Case> cases_;
};

void TestActions::initTestCase()
{
    for (const auto& [name, seed] : {std::pair("run.exr", 1), std::pair("other.exr", 2)})
        QVERIFY(run::save(*tests::synthetic_run({.exits = 3,
                                                 .precisions = {{4, 4}, {8, 8}},
                                                 .fit_samples = 200,
                                                 .test_samples = samples,
                                                 .seed = std::uint64_t(seed)}),
                          file(name).toStdString()));
    images_ = tests::writeImages(QDir(scratch_.path()), QStringLiteral("images"), 80, 4, 4);
    makeBriefSession();
    app::MainWindow::Options options;
    options.sample = app::findSample(QApplication::applicationDirPath());
    options.systemIsDark = true;
    openWindow(options);
    QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    app::OpenRequest request;
    request.run = file("run.exr");
    window_->open(request);
    settle();
    connect(&modalWatch_, &QTimer::timeout, this, [this] {
        if (QWidget* dialog = QApplication::activeModalWidget()) {
            modal_ = dialog->objectName().isEmpty() ? QString::fromLatin1(dialog->metaObject()->className())
                                                    : dialog->objectName();
            QTest::keyClick(dialog, Qt::Key_Escape);
        }
    });
    modalWatch_.start(20);
    addCases();
}

void TestActions::cleanupTestCase()
{
    modalWatch_.stop();
    dropWindow();
}

QAction* TestActions::actionOf(const QString& name)
{
    if (auto* dock = window_->findChild<QDockWidget*>(name))
        return dock->toggleViewAction();
    return window_->findChild<QAction*>(name);
}

void TestActions::addCases()
{
    addFileCases();
    addEditCases();
    addViewCases();
    addRunCases();
    addExportCases();
    expectModal("actionCheatSheet", "cheatSheet");
    expectModal("actionAbout", "QMessageBox");
    add(
        "actionShowHints", [] {}, [this] { return find<QToolBar>("hintToolBar")->isVisible(); });
    // last: it closes the window
    add(
        "actionQuit", [] {}, [this] { return !window_->isVisible(); });
}

void TestActions::addFileCases()
{
    add(
        "actionOpenSample",
        [this] {
            if (!find<QAction>("actionOpenSample")->isEnabled())
                QSKIP("samples/fashion_mnist/model.onnx is not there");
        },
        [this] { return session_->model() && session_->model()->exit_count() > 1 && !session_->jobs().busy(); });
    add(
        "actionOpenModel", [this] { prompts_.open = QStringLiteral(EXITSCOPE_TEST_DATA "/models/backbone_13.onnx"); },
        [this] { return session_->model() && session_->model()->exit_count() == 1 && !session_->jobs().busy(); });
    expectModal("actionOpenDataset", "dataDialog");
    expectModal("actionModelOptions", "modelDialog");
    add(
        "actionOpenRun", [this] { prompts_.open = file("other.exr"); },
        [this] { return session_->runPath() == file("other.exr") && session_->point()->decided(); });
    expectFile("actionSaveRun", "saved.exr");
    expectFile("actionSaveSession", "work.exs");
    add(
        "actionOpenSession",
        [this] {
            settle();
            session_->addFilters({{gui::Filter::Kind::exit, 1}});
            prompts_.open = file("work.exs");
        },
        [this] { return session_->filters().empty() && session_->point()->decided() && !session_->jobs().busy(); });
    add(
        "actionClearRecent", [] {},
        [this] { return settings_.value(QStringLiteral("recent")).toStringList().isEmpty(); });
}

void TestActions::addEditCases()
{
    const auto filtered = [this] { return session_->passing().size() < samples; };
    const auto filter = [this] {
        session_->clearFilters();
        session_->addFilters({{gui::Filter::Kind::exit, 1}});
    };
    add("actionUndo", filter, [filtered] { return !filtered(); });
    add(
        "actionRedo",
        [this, filter] {
            filter();
            session_->undoStack().undo();
        },
        filtered);
    add("actionClearFilters", filter, [this] { return session_->filters().empty(); });
    add(
        "actionSearch", [this] { find<QTableView>("sampleTable")->setFocus(); },
        [this] { return find<QLineEdit>("searchField")->hasFocus(); });
    add(
        "actionNextSample", [this] { session_->select(SampleIndex(5)); },
        [this] { return session_->selected() == SampleIndex(6); });
    add(
        "actionPreviousSample", [this] { session_->select(SampleIndex(5)); },
        [this] { return session_->selected() == SampleIndex(4); });
}

void TestActions::addViewCases()
{
    for (QDockWidget* dock : window_->findChildren<QDockWidget*>()) {
        const QByteArray name = dock->objectName().toLatin1();
        add(
            name.constData(), [dock] { dock->show(); }, [dock] { return dock->isHidden(); });
        if (!window_->findChild<QAction*>(QStringLiteral("actionGoTo") + dock->objectName()))
            continue;
        add(("actionGoTo" + name).constData(), [dock] { dock->hide(); },
            [dock] { return dock->widget()->isVisible() && !dock->visibleRegion().isEmpty(); });
    }
    add(
        "actionShowGrid", [] {}, [this] { return find<QListView>("sampleGrid")->isVisible(); });
    const auto dark = [this] { return gui::isDark(window_->palette()); };
    add(
        "actionThemeLight", [] {}, [dark] { return !dark(); });
    add(
        "actionThemeDark", [] {}, dark);
    add(
        "actionThemeSystem",
        [this, dark] {
            find<QAction>("actionThemeLight")->trigger();
            QTRY_VERIFY(!dark());
        },
        dark);
    const auto speaks = [this](app::Language language) {
        return [this, language] { return app::savedLanguage(settings_) == language; };
    };
    add(
        "actionLanguageGerman", [] {}, speaks(app::Language::german));
    add(
        "actionLanguageEnglish", [] {}, speaks(app::Language::english));
    add(
        "actionLanguageSystem", [] {}, speaks(app::Language::system));
    auto* inspector = find<QDockWidget>("inspectorDock");
    add(
        "actionResetLayout", [inspector] { inspector->hide(); }, [inspector] { return !inspector->isHidden(); });
}

void TestActions::addRunCases()
{
    add(
        "actionPinPoint", [] {},
        [this] {
            const auto labels = find<QDockWidget>("compareDock")->findChildren<QLabel*>();
            return std::any_of(labels.begin(), labels.end(),
                               [](const QLabel* label) { return label->text().contains(QStringLiteral("<b>A</b>")); });
        });
    add(
        "actionAnimateBudget", [this] { session_->setBudget(0.5); },
        [this] {
            if (session_->budget() == 0.5)
                return false;
            QTest::keyClick(window_.get(), Qt::Key_Shift);  // any key stops it
            return true;
        });
    expectModal("actionEvaluateSettings", "evaluateDialog");
    add(
        "actionAddExits", [] {},
        [this] { return window_->findChild<QDialog*>(QStringLiteral("exitsDialog")) != nullptr; });
    const auto evaluable = [this] {
        if (auto* dialog = window_->findChild<QDialog*>(QStringLiteral("exitsDialog")))
            dialog->close();
        session_->openModel(QStringLiteral(EXITSCOPE_TEST_DATA "/models/backbone_13.onnx"));
        session_->openData(images_);
        QTRY_VERIFY_WITH_TIMEOUT(session_->canEvaluate() && !session_->jobs().busy(), 60'000);
    };
    add(
        "actionCancel",
        [this, evaluable] {
            evaluable();
            session_->evaluate();
            QVERIFY(session_->jobs().busy(app::runLane));
        },
        [this] { return !session_->jobs().busy(); });
    add("actionEvaluate", evaluable, [this] { return !session_->runIsSaved() && session_->point()->decided(); });
}

void TestActions::addExportCases()
{
    expectFile("actionExportPlot", "plot.png");
    expectModal("actionPrintPlot", "printDialog");
    add(
        "actionCopyPlot", [] { QApplication::clipboard()->clear(); },
        [] { return !QApplication::clipboard()->image().isNull(); });
    expectFile("actionExportTable", "samples.csv");
    expectFile("actionExportCurves", "curves.csv");
    expectFile("actionExportReport", "report.html");
    add(
        "actionExportBundle", [] {},
        [this] { return window_->findChild<QDialog*>(QStringLiteral("bundleDialog")) != nullptr; });
}

void TestActions::everyActionHasACase()
{
    QStringList missing;
    for (const QAction* action : choices(window_->menuBar()->actions())) {
        const bool recent = QFile::exists(action->text());
        if (!recent && std::none_of(cases_.begin(), cases_.end(),
                                    [&](const Case& each) { return actionOf(each.action) == action; }))
            missing << action->text();
    }
    QCOMPARE(missing.join(QStringLiteral(", ")), QString());
}

/// Opens the menu by its letter, goes down to the action and into menus below, and chooses it.
void TestActions::driveByMenu(const QAction& action)
{
    const QList<QAction*> way = wayTo(window_->menuBar()->actions(), &action);
    tests::require(way.size() > 1, qPrintable(action.text()));
    const QKeyCombination letter = QKeySequence::mnemonic(way.front()->text())[0];
    QTest::keyClick(window_.get(), letter.key(), letter.keyboardModifiers());
    QMenu* menu = way.front()->menu();
    for (qsizetype i = 1; i < way.size(); ++i) {
        tests::requireSoon([menu] { return menu->isVisible(); }, qPrintable(menu->title()));
        for (int step = 0; step < 40 && menu->activeAction() != way[i]; ++step)
            QTest::keyClick(menu, Qt::Key_Down);
        tests::require(menu->activeAction() == way[i], qPrintable(way[i]->text()));
        QMenu* below = way[i]->menu();
        QTest::keyClick(menu, below ? Qt::Key_Right : Qt::Key_Return);
        menu = below;
    }
}

void TestActions::drive(QAction& action)
{
    QCoreApplication::processEvents();
    window_->activateWindow();  // a dialog or menu may have had the focus
    tests::requireSoon([this] { return window_->isActiveWindow(); }, "the window is active");
    if (action.shortcut().isEmpty())
        return driveByMenu(action);
    const QKeyCombination keys = action.shortcut()[0];
    QTest::keyClick(window_.get(), keys.key(), keys.keyboardModifiers());
}

void TestActions::doesWhatItSays_data()
{
    QTest::addColumn<std::size_t>("number");
    for (std::size_t i = 0; i < cases_.size(); ++i)
        QTest::addRow("%s", qPrintable(cases_[i].action)) << i;
}

void TestActions::doesWhatItSays()
{
    QFETCH(std::size_t, number);
    const Case& tried = cases_[number];
    QAction* action = actionOf(tried.action);
    QVERIFY(action);
    QTRY_VERIFY_WITH_TIMEOUT(!session_->jobs().busy(), 60'000);
    tried.before();
    if (QTest::currentTestFailed())
        return;
    QTRY_VERIFY2(action->isEnabled(), "cannot be chosen");
    QVERIFY2(!tried.effect(), "the effect is there before");
    drive(*action);
    QTRY_VERIFY_WITH_TIMEOUT(tried.effect(), 20'000);
}

QTEST_MAIN(TestActions)
#include "tst_actions.moc"
