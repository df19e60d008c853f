// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/main_window.h"

#include <QCloseEvent>
#include <QDockWidget>
#include <QFileInfo>
#include <QMimeData>
#include <QScreen>
#include <QSettings>
#include <QSlider>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolBar>
#include <QToolButton>
#include <QUrl>

#include "app/action_states.h"
#include "app/appearance.h"
#include "app/budget_tasks.h"
#include "app/choice_boxes.h"
#include "app/docks.h"
#include "app/evaluation_commands.h"
#include "app/exporter.h"
#include "app/file_commands.h"
#include "app/filter_tasks.h"
#include "app/job_bar.h"
#include "app/menus.h"
#include "app/messages.h"
#include "app/sample_tasks.h"
#include "app/session.h"
#include "app/session_keeper.h"
#include "app/session_panel.h"
#include "app/welcome_page.h"
#include "app/window_hints.h"
#include "widgets/budget/budget_bar.h"
#include "widgets/common/format.h"
#include "widgets/compare/compare_view.h"
#include "widgets/filters/search_field.h"
#include "widgets/samples/sample_view.h"
#include "widgets/samples/thumbnails.h"
#include "widgets/tradeoff/trade_off_view.h"

namespace exitscope::app {
namespace {

constexpr QSize firstSize{1280, 800};
constexpr int sessionWidth = 236;

constexpr QLatin1String geometryKey("window/geometry");
constexpr QLatin1String layoutKey("window/layout");

}  // namespace

MainWindow::MainWindow(Session& session, QSettings& settings, Prompts& prompts, const Options& options)
    : session_(session), settings_(settings), prompts_(prompts), actions_(this), recent_(settings, this),
      savedFilters_(settings, this)
{
    setObjectName(QStringLiteral("mainWindow"));
    setAcceptDrops(true);
    setWindowIcon(QIcon(QStringLiteral(":/icons/exitscope.svg")));
    resize(firstSize.boundedTo(screen()->availableSize()));

    makePages();
    makeMainBar();
    messages_ = new Messages(*this);
    makeBudgetBar();
    makeStatusBar();
    makeDocks(options.views);
    makeCommands(options);
    makeMenus();
    makeHints(options);
    connectSession();
    connectFiles();
    connectWelcome();
    connectEdits();
    connectExports();

    auto* appearance = new Appearance(*this, actions_, settings_, options.systemIsDark);
    connect(appearance, &Appearance::notice, messages_, &Messages::notice);
    restoreGeometry(settings_.value(geometryKey).toByteArray());
    welcome_->setSampleAvailable(!options.sample.isEmpty());
    showRecent();
    refreshTitle();
    states_->refresh();
}

MainWindow::~MainWindow() = default;

void MainWindow::makePages()
{
    thumbnails_ = new gui::Thumbnails(this);
    welcome_ = new WelcomePage(this);
    samples_ = new gui::SampleView(thumbnails_, this);
    pages_ = new QStackedWidget(this);
    pages_->addWidget(welcome_);
    pages_->addWidget(samples_);
    setCentralWidget(pages_);
}

void MainWindow::makeMainBar()
{
    mainBar_ = addToolBar(tr("Tools"));
    mainBar_->setObjectName(QStringLiteral("mainToolBar"));
    mainBar_->setMovable(false);
    mainBar_->toggleViewAction()->setVisible(false);
    mainBar_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    mainBar_->setIconSize(QSize(18, 18));
    mainBar_->addActions({actions_.openModel, actions_.openDataset, actions_.openRun});
    mainBar_->addSeparator();
    mainBar_->addActions({actions_.evaluate, actions_.cancel});
    auto* space = new QWidget(mainBar_);
    space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    mainBar_->addWidget(space);
    new ChoiceBoxes(session_, *mainBar_);
    mainBar_->addAction(actions_.exportPlot);
    if (auto* button = qobject_cast<QToolButton*>(mainBar_->widgetForAction(actions_.exportPlot)))
        button->setToolButtonStyle(Qt::ToolButtonIconOnly);
}

void MainWindow::makeBudgetBar()
{
    budgetRow_ = new QToolBar(tr("Budget"), this);
    budgetRow_->setObjectName(QStringLiteral("budgetToolBar"));
    budgetRow_->setMovable(false);
    budgetRow_->toggleViewAction()->setVisible(false);
    budget_ = new gui::BudgetBar(budgetRow_);
    budget_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    budgetRow_->addWidget(budget_);
    addToolBar(Qt::BottomToolBarArea, budgetRow_);
    budgetRow_->setVisible(false);
    new BudgetTasks(session_, *budget_);
}

void MainWindow::makeStatusBar()
{
    auto* jobs = new JobBar(actions_.cancel, this);
    statusBar()->addPermanentWidget(jobs);
    statusBar()->setSizeGripEnabled(false);
    connect(&session_.jobs(), &Jobs::statusChanged, jobs, &JobBar::setStatus);
}

void MainWindow::makeDocks(const std::vector<ViewEntry>& views)
{
    docks_ = new Docks(*this);
    exporter_ = new Exporter(session_, settings_, prompts_, *this);
    auto* panel = new SessionPanel(session_, actions_.openModel, actions_.openDataset, actions_.evaluate,
                                   actions_.evaluateSettings, actions_.addExits, actions_.modelOptions, this);
    new FilterTasks(session_, savedFilters_, *panel->filterBar(), *samples_->search());
    toggles_
        << docks_->add(tr("Session"), "sessionDock", panel, {Qt::LeftDockWidgetArea, sessionWidth})->toggleViewAction();
    views_ = new Views(views, {session_, *thumbnails_}, *docks_, *exporter_, this);
    toggles_ << views_->toggles();
    toggles_ << docks_->add(tr("Log"), "logDock", messages_->log(), {Qt::BottomDockWidgetArea, 0, false})
                    ->toggleViewAction();
}

void MainWindow::makeCommands(const Options& options)
{
    sessions_ = new SessionKeeper({session_, savedFilters_, recent_, *docks_, *samples_}, options.autosave,
                                  options.autosaveMilliseconds, this);
    files_ = new FileCommands(session_, *sessions_, *exporter_, prompts_, options.sample, *this);
    evaluation_ = new EvaluationCommands(session_, *files_, prompts_, *this);
    states_ = new ActionStates(session_, actions_, !options.sample.isEmpty(), this);
}

void MainWindow::makeMenus()
{
    auto* menus = new Menus(*this, actions_, toggles_, views_->goTos(), recent_);
    connect(menus, &Menus::recentRequested, files_, [this](const QString& path) { files_->open(classify({path})); });
    connect(&recent_, &RecentFiles::changed, this, &MainWindow::showRecent);
}

void MainWindow::makeHints(const Options& options)
{
    const bool sample = !options.sample.isEmpty();
    hints_ = new WindowHints(*this, session_, settings_, actions_,
                             {sample ? welcome_->sampleButton() : mainBar_->widgetForAction(actions_.openModel),
                              mainBar_->widgetForAction(actions_.evaluate), budget_->findChild<QSlider*>(), samples_,
                              mainBar_->widgetForAction(actions_.exportPlot)},
                             sample);
    connect(states_, &ActionStates::refreshed, hints_, &WindowHints::refresh);
    connect(budget_, &gui::BudgetBar::budgetChanged, hints_, &WindowHints::budgetMoved);
    if (auto* tradeOff = views_->find<gui::TradeOffView>())
        connect(tradeOff, &gui::TradeOffView::budgetPicked, hints_, &WindowHints::budgetMoved);
    connect(samples_, &gui::SampleView::sampleSelected, hints_, &WindowHints::sampleInspected);
    if (options.hints)
        hints_->startOnce();
}

void MainWindow::connectSession()
{
    connect(&session_, &Session::outlineChanged, this, [this] {
        if (session_.outline() && !session_.point()->decided())
            enterWorkspace();
    });
    connect(&session_, &Session::runChanged, this, [this] {
        messages_->dismiss();
        enterWorkspace();
        refreshTitle();
    });
    connect(&session_, &Session::imagesChanged, thumbnails_, &gui::Thumbnails::setDataset);
    connect(&session_, &Session::opened, &recent_, &RecentFiles::add);
    connect(&session_, &Session::opened, messages_, &Messages::dismissProblem);
    connect(&session_, &Session::saved, this, [this](const QString& path) {
        recent_.add(path);
        refreshTitle();
    });
    connect(&session_, &Session::problem, messages_, &Messages::problem);
    connect(&session_, &Session::notice, messages_, &Messages::notice);
    connect(&session_, &Session::note, messages_, &Messages::note);
    connect(thumbnails_, &gui::Thumbnails::failed, messages_, &Messages::notice);
    connect(exporter_, &Exporter::note, messages_, &Messages::note);
    connect(exporter_, &Exporter::problem, messages_, &Messages::problem);
}

void MainWindow::connectFiles()
{
    const auto on = [](QAction* action, FileCommands* files, void (FileCommands::*command)()) {
        connect(action, &QAction::triggered, files, [files, command] { (files->*command)(); });
    };
    on(actions_.openSample, files_, &FileCommands::openSample);
    on(actions_.openModel, files_, &FileCommands::openModel);
    on(actions_.modelOptions, files_, &FileCommands::modelOptions);
    on(actions_.openDataset, files_, &FileCommands::openData);
    on(actions_.openRun, files_, &FileCommands::openRun);
    on(actions_.openSession, files_, &FileCommands::openSession);
    connect(actions_.saveRun, &QAction::triggered, files_, [this] { files_->saveRun(); });
    on(actions_.saveSession, files_, &FileCommands::saveSession);
    connect(actions_.clearRecent, &QAction::triggered, &recent_, &RecentFiles::clear);
    connect(actions_.quit, &QAction::triggered, this, &QWidget::close);
    connect(files_, &FileCommands::opening, this, &MainWindow::enterWorkspace);
    connect(files_, &FileCommands::problem, messages_, &Messages::problem);
    connect(sessions_, &SessionKeeper::opening, this, &MainWindow::enterWorkspace);
    connect(sessions_, &SessionKeeper::problem, messages_, &Messages::problem);
    connect(sessions_, &SessionKeeper::gridChosen, actions_.showGrid, &QAction::setChecked);
}

void MainWindow::connectWelcome()
{
    connect(welcome_, &WelcomePage::sampleRequested, files_, &FileCommands::openSample);
    connect(welcome_, &WelcomePage::modelRequested, files_, &FileCommands::openModel);
    connect(welcome_, &WelcomePage::dataRequested, files_, qOverload<>(&FileCommands::openData));
    connect(welcome_, &WelcomePage::runRequested, files_, &FileCommands::openRun);
    connect(welcome_, &WelcomePage::recentRequested, files_,
            [this](const QString& path) { files_->open(classify({path})); });
    connect(welcome_, &WelcomePage::recoveryRequested, sessions_, &SessionKeeper::recover);
    if (const QString when = sessions_->recoverable(); !when.isEmpty())
        welcome_->offerRecovery(when);
}

/// The menus Edit, View and Run, and the point that is pinned.
void MainWindow::connectEdits()
{
    auto* samples = new SampleTasks(session_, *samples_);
    const auto on = [this](QAction* action, auto command) { connect(action, &QAction::triggered, this, command); };
    on(actions_.undo, [this] { session_.undoStack().undo(); });
    on(actions_.redo, [this] { session_.undoStack().redo(); });
    on(actions_.clearFilters, [this] { session_.clearFilters(); });
    on(actions_.search, [this] { samples_->search()->focusField(); });
    on(actions_.nextSample, [samples] { samples->moveSelection(1); });
    on(actions_.previousSample, [samples] { samples->moveSelection(-1); });
    on(actions_.animateBudget, [this] { budget_->toggleSweep(); });
    on(actions_.evaluate, [this] { evaluation_->evaluate(); });
    on(actions_.evaluateSettings, [this] { evaluation_->evaluateSettings(); });
    on(actions_.addExits, [this] { evaluation_->addExits(); });
    on(actions_.cancel, [this] { session_.cancel(); });
    on(actions_.resetLayout, [this] { docks_->arrange(); });
    connect(actions_.showGrid, &QAction::toggled, samples_, &gui::SampleView::showGrid);
    if (auto* compare = views_->find<gui::CompareView>())
        connect(actions_.pinPoint, &QAction::triggered, compare, &gui::CompareView::pinRequested);
}

void MainWindow::connectPlot(QAction& action, const std::function<void(gui::Plot&)>& command)
{
    connect(&action, &QAction::triggered, exporter_, [this, command] {
        if (gui::Plot* plot = views_->plotInFront())
            command(*plot);
    });
}

void MainWindow::connectExports()
{
    const auto on = [this](QAction* action, auto command) { connect(action, &QAction::triggered, exporter_, command); };
    connectPlot(*actions_.exportPlot, [this](gui::Plot& plot) { exporter_->exportPlot(plot); });
    connectPlot(*actions_.printPlot, [this](gui::Plot& plot) { exporter_->printPlot(plot); });
    connectPlot(*actions_.copyPlot, [this](gui::Plot& plot) { exporter_->copyPlot(plot); });
    on(actions_.exportTable, [this] { exporter_->exportSamples(samples_->model()); });
    on(actions_.exportCurves, [this] { exporter_->exportCurves(); });
    on(actions_.exportReport, [this] { exporter_->exportReport(*thumbnails_); });
    on(actions_.exportBundle, [this] { exporter_->exportBundle(); });
}

void MainWindow::open(const OpenRequest& request)
{
    files_->open(request);
}

/// Something is open: docks and bars in place of the welcome page.
void MainWindow::enterWorkspace()
{
    if (pages_->currentWidget() == samples_)
        return;
    pages_->setCurrentWidget(samples_);
    pages_->removeWidget(welcome_);  // its size must not bound the window's any more
    welcome_->hide();
    if (!docks_->restore(settings_.value(layoutKey).toByteArray()))
        docks_->arrange();
    budgetRow_->show();
    mainBar_->show();
    messages_->refresh();
    docks_->hideDoubleTitles();
    states_->refresh();
}

void MainWindow::showRecent()
{
    welcome_->setRecent(recent_.paths());
}

void MainWindow::refreshTitle()
{
    if (!session_.run()) {
        setWindowTitle(tr("Exitscope"));
        return;
    }
    const QString name = session_.runPath().isEmpty()
                             ? QFileInfo(gui::text(session_.run()->provenance.model_path)).completeBaseName()
                             : QFileInfo(session_.runPath()).fileName();
    setWindowTitle(tr("%1%2 - Exitscope").arg(name, session_.runIsSaved() ? QString() : QStringLiteral(" *")));
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!evaluation_->closeDialogs() || !files_->mayReplaceRun([this] { close(); })) {
        event->ignore();
        return;
    }
    session_.stop();
    settings_.setValue(geometryKey, saveGeometry());
    if (pages_->currentWidget() == samples_)
        settings_.setValue(layoutKey, docks_->layout());
    sessions_->end();
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    QStringList paths;
    for (const QUrl& url : event->mimeData()->urls())
        if (url.isLocalFile())
            paths << url.toLocalFile();
    event->acceptProposedAction();
    open(classify(paths));
}

void MainWindow::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && hints_->active())
        hints_->stop();
    else
        QMainWindow::keyPressEvent(event);
}

}  // namespace exitscope::app
