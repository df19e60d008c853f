// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <QMainWindow>
#include <QPointer>

#include "app/actions.h"
#include "app/autosave.h"
#include "app/language.h"
#include "app/open_request.h"
#include "app/recent_files.h"
#include "app/saved_filters.h"
#include "core/analysis/run/run.h"
#include "widgets/common/theme.h"

class QComboBox;
class QDockWidget;
class QPlainTextEdit;
class QSettings;
class QStackedWidget;
class QToolBar;
class QToolButton;

namespace exitscope::gui {
class BudgetBar;
class ErrorView;
class ExitSharesView;
class FactTable;
class InspectorView;
class MessageBar;
class Plot;
class SampleView;
class Thumbnails;
class TradeOffView;
}  // namespace exitscope::gui

namespace exitscope::report {
struct Material;
}

namespace exitscope::app {

class AnalysisViews;
class BundleDialog;
class ExitsDialog;
class FirstSteps;
class InspectorTasks;
class JobBar;
class Prompts;
class Session;
class SessionPanel;
struct SessionState;
class TopDockShare;
class WelcomePage;

/// Menus, tool bars, docks: hands what the user does to the session and the session's values to the views.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    struct Options {
        QString sample;             ///< folder of the sample; empty = not installed
        bool systemIsDark = false;  ///< the desktop's palette
        QString autosave = {};      ///< directory; empty = sessions are not kept by themselves
        int autosaveMilliseconds = 60'000;
        bool hints = false;  ///< at the first start say what to do next
    };
    /// All three outlive the window.
    MainWindow(Session& session, QSettings& settings, Prompts& prompts, const Options& options);
    ~MainWindow() override;

    void open(const OpenRequest& request);

protected:
    void closeEvent(QCloseEvent* event) override;
    void changeEvent(QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    // main_window.cpp: parts and layout
    void makeBars();
    void makeDocks();
    QDockWidget* makeDock(const QString& title, const char* name, QWidget* content, Qt::DockWidgetArea area);
    void arrangeDefault();
    void openNow(const OpenRequest& request);
    void enterWorkspace();
    void hideDoubleTitles();
    void refreshIcons();
    void setTheme(gui::ThemeChoice theme);
    void showLanguage(Language language);
    void setLanguage(Language language);
    void showSchedules();

    // main_window_docks.cpp
    void makeAnalysisDocks();
    void arrangeAnalysisDocks();
    void makeAnalysisMenu();
    void exportNumbers(const gui::FactTable& table);

    // main_window_menus.cpp
    void makeMenus();
    void connectActions();
    void refreshRecent();
    void enableActions();
    void openModel();
    void openData();
    void openRun();
    /// `then` (may be empty) when the file is written.
    void saveRun(const std::function<void()>& then = {});
    [[nodiscard]] bool mayReplaceRun(const std::function<void()>& whenSaved);
    void replaceRun(const std::function<void()>& how);
    void evaluate();
    void evaluateSettings();
    void addExits();
    void moveSelection(int step);
    void showCheatSheet();
    void showAbout();

    // main_window_views.cpp: session -> views and back
    void connectViews();
    void showOutline();
    void showRun();
    void showAnalysis();
    void showCurves();
    void showDecision();
    void showPassing();
    void showSelection();
    void refreshTitle();

    // main_window_sessions.cpp: the session as a file, saved filters
    void connectSessions();
    [[nodiscard]] SessionState sessionState() const;
    void openSession(const QString& path, bool abandoned);
    void saveSession();
    void autosave();
    void recover();
    void connectFilters();
    void showMarks();

    // main_window_hints.cpp: what to do next, for first-time users
    void makeHints();
    void showHints();
    void skipKnownSteps();

    // main_window_export.cpp
    [[nodiscard]] std::vector<gui::Plot*> plots() const;
    [[nodiscard]] gui::Plot* plotInFront() const;
    void exportPlot(gui::Plot* plot);
    void printPlot(gui::Plot* plot);
    void copyPlot(gui::Plot* plot);
    void exportTable();
    void exportCurves();
    void exportReport();
    void writeReport(const QString& path, const std::shared_ptr<const report::Material>& material);
    void exportBundle();
    [[nodiscard]] QString suggestedName(const QString& what, const QString& ending) const;

    static constexpr int layoutVersion = 2;

    Session& session_;
    QSettings& settings_;
    Prompts& prompts_;
    Options options_;
    Actions actions_;
    RecentFiles recent_;
    SavedFilters savedFilters_;
    Autosave autosave_;
    std::string autosaved_;     ///< the text last written
    run::RunPtr autosavedRun_;  ///< the run last written, because the user has not saved it
    QString recovered_;         ///< the abandoned session that was gone on with
    gui::ThemeChoice theme_ = gui::ThemeChoice::system;

    gui::Thumbnails* thumbnails_ = nullptr;
    QStackedWidget* pages_ = nullptr;
    WelcomePage* welcome_ = nullptr;
    gui::SampleView* samples_ = nullptr;
    gui::TradeOffView* tradeOff_ = nullptr;
    gui::ExitSharesView* exits_ = nullptr;
    gui::ErrorView* error_ = nullptr;
    gui::InspectorView* inspector_ = nullptr;
    gui::BudgetBar* budget_ = nullptr;
    gui::MessageBar* message_ = nullptr;
    FirstSteps* firstSteps_ = nullptr;
    SessionPanel* panel_ = nullptr;
    QPlainTextEdit* log_ = nullptr;
    JobBar* jobs_ = nullptr;
    QToolBar* mainBar_ = nullptr;
    QToolBar* messageToolBar_ = nullptr;
    QToolBar* budgetToolBar_ = nullptr;
    QComboBox* policyBox_ = nullptr;
    QComboBox* costBox_ = nullptr;
    QComboBox* scheduleBox_ = nullptr;
    QToolButton* pooledBox_ = nullptr;
    QMenu* recentMenu_ = nullptr;
    QMenu* docksMenu_ = nullptr;
    TopDockShare* topShare_ = nullptr;
    QDockWidget* sessionDock_ = nullptr;
    QDockWidget* tradeOffDock_ = nullptr;
    QDockWidget* exitsDock_ = nullptr;
    QDockWidget* errorDock_ = nullptr;
    QDockWidget* inspectorDock_ = nullptr;
    QDockWidget* logDock_ = nullptr;
    AnalysisViews* analysis_ = nullptr;
    InspectorTasks* inspectorTasks_ = nullptr;
    std::vector<QDockWidget*> analysisDocks_;
    gui::Plot* focusedPlot_ = nullptr;
    QPointer<ExitsDialog> exitsDialog_;
    QPointer<BundleDialog> bundleDialog_;
};

}  // namespace exitscope::app
