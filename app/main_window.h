// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QMainWindow>

#include "app/actions.h"
#include "app/open_request.h"
#include "app/recent_files.h"
#include "app/saved_filters.h"
#include "app/views.h"

class QSettings;
class QSlider;
class QStackedWidget;
class QToolBar;

namespace exitscope::gui {
class BudgetBar;
class SampleView;
class Thumbnails;
}  // namespace exitscope::gui

namespace exitscope::app {

class ActionStates;
class Docks;
class EvaluationCommands;
class Exporter;
class FileCommands;
class Messages;
class Prompts;
class Session;
class SessionKeeper;
class WelcomePage;
class WindowHints;

/// The program's window: makes its parts, each of which ties itself to the session, and connects the menus with them.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    struct Options {
        QString sample;             ///< folder of the sample; empty = not installed
        bool systemIsDark = false;  ///< the desktop's palette
        QString autosave = {};      ///< directory; empty = sessions are not kept by themselves
        int autosaveMilliseconds = 60'000;
        bool hints = false;  ///< at the first start say what to do next
        std::vector<ViewEntry> views = standardViews();
    };
    /// All three outlive the window.
    MainWindow(Session& session, QSettings& settings, Prompts& prompts, const Options& options);
    ~MainWindow() override;

    void open(const OpenRequest& request);

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void makePages();
    void makeMainBar();
    void makeBudgetBar();
    void makeStatusBar();
    void makeDocks(const std::vector<ViewEntry>& views);
    void makeCommands(const Options& options);
    void makeMenus();
    void makeHints(const Options& options);
    void connectSession();
    void connectFiles();
    void connectWelcome();
    void connectEdits();
    void connectExports();
    /// Triggering `action` does `command` to the plot in front.
    void connectPlot(QAction& action, const std::function<void(gui::Plot&)>& command);
    void enterWorkspace();
    void showRecent();
    void refreshTitle();

    Session& session_;
    QSettings& settings_;
    Prompts& prompts_;
    Actions actions_;
    RecentFiles recent_;
    SavedFilters savedFilters_;

    QStackedWidget* pages_ = nullptr;
    WelcomePage* welcome_ = nullptr;
    gui::Thumbnails* thumbnails_ = nullptr;
    gui::SampleView* samples_ = nullptr;
    gui::BudgetBar* budget_ = nullptr;
    QToolBar* mainBar_ = nullptr;
    QToolBar* budgetRow_ = nullptr;
    Messages* messages_ = nullptr;
    Docks* docks_ = nullptr;
    Exporter* exporter_ = nullptr;
    Views* views_ = nullptr;
    QList<QAction*> toggles_;  ///< of every dock
    SessionKeeper* sessions_ = nullptr;
    FileCommands* files_ = nullptr;
    EvaluationCommands* evaluation_ = nullptr;
    ActionStates* states_ = nullptr;
    WindowHints* hints_ = nullptr;
};

}  // namespace exitscope::app
