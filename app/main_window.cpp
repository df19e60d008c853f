// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QScreen>
#include <QSettings>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QStandardItemModel>
#include <QStatusBar>
#include <QTabBar>
#include <QTimer>
#include <QToolBar>
#include <QToolButton>
#include <QUrl>

#include "app/exits_dialog.h"
#include "app/job_bar.h"
#include "app/prompts.h"
#include "app/session.h"
#include "app/session_panel.h"
#include "app/top_dock_share.h"
#include "app/welcome_page.h"
#include "core/analysis/policy/policy.h"
#include "widgets/budget/budget_bar.h"
#include "widgets/common/accessible.h"
#include "widgets/common/format.h"
#include "widgets/common/icons.h"
#include "widgets/common/message_bar.h"
#include "widgets/error/error_view.h"
#include "widgets/exits/exit_shares_view.h"
#include "widgets/inspector/inspector_view.h"
#include "widgets/plots/core_text.h"
#include "widgets/samples/sample_view.h"
#include "widgets/samples/thumbnails.h"
#include "widgets/tradeoff/trade_off_view.h"

namespace exitscope::app {
namespace {

using gui::text;

constexpr int logLines = 5000;
constexpr QSize firstSize{1280, 800};
constexpr int sessionWidth = 236;
constexpr int inspectorWidth = 346;
constexpr int plotShare = 46;  ///< per cent of the window's height

constexpr QLatin1String geometryKey("window/geometry");
constexpr QLatin1String layoutKey("window/layout");
constexpr QLatin1String themeKey("window/theme");

}  // namespace

MainWindow::MainWindow(Session& session, QSettings& settings, Prompts& prompts, const Options& options)
    : session_(session), settings_(settings), prompts_(prompts), options_(options), actions_(this),
      recent_(settings, this), savedFilters_(settings, this), autosave_(options.autosave)
{
    setObjectName(QStringLiteral("mainWindow"));
    setAcceptDrops(true);
    setDockNestingEnabled(true);
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    setTabPosition(Qt::TopDockWidgetArea, QTabWidget::North);
    setTabPosition(Qt::RightDockWidgetArea, QTabWidget::North);
    setTabPosition(Qt::LeftDockWidgetArea, QTabWidget::North);
    setWindowIcon(QIcon(QStringLiteral(":/icons/exitscope.svg")));
    resize(firstSize.boundedTo(screen()->availableSize()));

    thumbnails_ = new gui::Thumbnails(this);
    welcome_ = new WelcomePage(this);
    samples_ = new gui::SampleView(thumbnails_, this);
    pages_ = new QStackedWidget(this);
    pages_->addWidget(welcome_);
    pages_->addWidget(samples_);
    setCentralWidget(pages_);
    makeBars();
    makeDocks();
    topShare_ = new TopDockShare(this);
    makeMenus();
    connectActions();
    connectViews();
    connectSessions();
    connectFilters();
    makeHints();

    setTheme(gui::parseTheme(settings_.value(themeKey).toString()));
    showLanguage(savedLanguage(settings_));
    restoreGeometry(settings_.value(geometryKey).toByteArray());
    welcome_->setSampleAvailable(!options_.sample.isEmpty());
    refreshRecent();
    refreshTitle();
    enableActions();
}

MainWindow::~MainWindow() = default;

void MainWindow::makeBars()
{
    mainBar_ = addToolBar(tr("Tools"));
    mainBar_->setObjectName(QStringLiteral("mainToolBar"));
    mainBar_->setMovable(false);
    mainBar_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    mainBar_->setIconSize(QSize(18, 18));
    for (QAction* action : {actions_.openModel, actions_.openDataset, actions_.openRun})
        mainBar_->addAction(action);
    mainBar_->addSeparator();
    mainBar_->addAction(actions_.evaluate);
    mainBar_->addAction(actions_.cancel);
    auto* space = new QWidget(mainBar_);
    space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    mainBar_->addWidget(space);
    const auto addBox = [this](const QString& label, const QString& name, const QString& accessibleName) {
        auto* box = new QComboBox(mainBar_);
        box->setObjectName(name);
        gui::nameBox(*box, accessibleName);
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        auto* caption = new QLabel(label, mainBar_);
        caption->setBuddy(box);
        mainBar_->addWidget(caption);
        mainBar_->addWidget(box);
        return box;
    };
    policyBox_ = addBox(tr("Me&thod"), QStringLiteral("policyBox"), tr("Method that decides where samples leave"));
    for (const policy::Info& info : policy::registry()) {
        if (info.oracle)
            continue;
        policyBox_->addItem(text(info.title), text(info.name));
        policyBox_->setItemData(policyBox_->count() - 1, plots::core_text(info.description), Qt::ToolTipRole);
    }
    costBox_ = addBox(tr("C&ost"), QStringLiteral("costBox"), tr("Cost model"));
    for (const cost::Kind kind : cost::all_kinds)
        costBox_->addItem(plots::core_text(cost::title(kind)), static_cast<int>(kind));
    scheduleBox_ =
        addBox(tr("Sched&ule"), QStringLiteral("runSchedule"), tr("Precision schedule of the states in use"));
    constexpr std::pair<run::Schedule, const char*> schedules[] = {
        {run::Schedule::free, QT_TR_NOOP("Free")},
        {run::Schedule::non_increasing, QT_TR_NOOP("Non-increasing")},
        {run::Schedule::non_decreasing, QT_TR_NOOP("Non-decreasing")},
        {run::Schedule::uniform, QT_TR_NOOP("Uniform")}};
    for (const auto& [schedule, title] : schedules)
        scheduleBox_->addItem(tr(title), static_cast<int>(schedule));
    scheduleBox_->setToolTip(tr("How the precision may change from stage to stage, among the states of the open run"));
    scheduleBox_->setEnabled(false);
    pooledBox_ = new QToolButton(mainBar_);
    pooledBox_->setText(tr("Pooled"));
    pooledBox_->setCheckable(true);
    pooledBox_->setAccessibleName(tr("Pooled answers"));
    pooledBox_->setObjectName(QStringLiteral("pooledBox"));
    pooledBox_->setToolTip(tr("Every answer pools all heads visited so far, with weights from the fit split"));
    mainBar_->addWidget(pooledBox_);
    mainBar_->addAction(actions_.exportPlot);
    if (auto* button = qobject_cast<QToolButton*>(mainBar_->widgetForAction(actions_.exportPlot)))
        button->setToolButtonStyle(Qt::ToolButtonIconOnly);

    addToolBarBreak();
    messageToolBar_ = addToolBar(tr("Messages"));
    messageToolBar_->setObjectName(QStringLiteral("messageToolBar"));
    messageToolBar_->setMovable(false);
    message_ = new gui::MessageBar(messageToolBar_);
    message_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    messageToolBar_->addWidget(message_);
    messageToolBar_->setVisible(false);
    connect(message_, &gui::MessageBar::presented, messageToolBar_, &QWidget::show);
    connect(message_, &gui::MessageBar::dismissed, messageToolBar_, &QWidget::hide);

    budgetToolBar_ = new QToolBar(tr("Budget"), this);
    budgetToolBar_->setObjectName(QStringLiteral("budgetToolBar"));
    budgetToolBar_->setMovable(false);
    budget_ = new gui::BudgetBar(budgetToolBar_);
    budget_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    budgetToolBar_->addWidget(budget_);
    addToolBar(Qt::BottomToolBarArea, budgetToolBar_);
    budgetToolBar_->setVisible(false);
    for (QToolBar* bar : {mainBar_, messageToolBar_, budgetToolBar_})
        bar->toggleViewAction()->setVisible(false);

    jobs_ = new JobBar(actions_.cancel, this);
    statusBar()->addPermanentWidget(jobs_);
    statusBar()->setSizeGripEnabled(false);
}

/// Only what the open run has the states for can be chosen.
void MainWindow::showSchedules()
{
    const QSignalBlocker block(scheduleBox_);
    auto* entries = qobject_cast<QStandardItemModel*>(scheduleBox_->model());
    for (int i = 0; i < scheduleBox_->count(); ++i) {
        const auto schedule = static_cast<run::Schedule>(scheduleBox_->itemData(i).toInt());
        entries->item(i)->setEnabled(session_.canRestrict(schedule));
        if (schedule == session_.schedule())
            scheduleBox_->setCurrentIndex(i);
    }
    scheduleBox_->setEnabled(session_.run() && session_.run()->schedule != run::Schedule::uniform);
}

void MainWindow::makeDocks()
{
    panel_ = new SessionPanel(session_, actions_.openModel, actions_.openDataset, actions_.evaluate,
                              actions_.evaluateSettings, actions_.addExits, this);
    tradeOff_ = new gui::TradeOffView(this);
    exits_ = new gui::ExitSharesView(this);
    error_ = new gui::ErrorView(this);
    inspector_ = new gui::InspectorView(thumbnails_, this);
    log_ = new QPlainTextEdit(this);
    log_->setObjectName(QStringLiteral("logView"));
    log_->setAccessibleName(tr("Log"));
    log_->setReadOnly(true);
    log_->setMaximumBlockCount(logLines);
    log_->setPlaceholderText(tr("What was opened, run and exported is listed here."));

    setCorner(Qt::TopLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::TopRightCorner, Qt::RightDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    sessionDock_ = makeDock(tr("Session"), "sessionDock", panel_, Qt::LeftDockWidgetArea);
    tradeOffDock_ = makeDock(tr("Trade-off"), "tradeoffDock", tradeOff_, Qt::TopDockWidgetArea);
    exitsDock_ = makeDock(tr("Exits"), "exitsDock", exits_, Qt::TopDockWidgetArea);
    errorDock_ = makeDock(tr("Predicted error"), "errorDock", error_, Qt::TopDockWidgetArea);
    inspectorDock_ = makeDock(tr("Inspector"), "inspectorDock", inspector_, Qt::RightDockWidgetArea);
    makeAnalysisDocks();
    logDock_ = makeDock(tr("Log"), "logDock", log_, Qt::BottomDockWidgetArea);
    for (QDockWidget* dock : findChildren<QDockWidget*>())
        dock->hide();
}

QDockWidget* MainWindow::makeDock(const QString& title, const char* name, QWidget* content, Qt::DockWidgetArea area)
{
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(QLatin1String(name));
    dock->setWidget(content);
    // Qt leaves a view behind another tab "visible", and it would go on computing what nobody sees
    QSizePolicy policy = content->sizePolicy();
    policy.setRetainSizeWhenHidden(true);
    content->setSizePolicy(policy);
    connect(dock, &QDockWidget::visibilityChanged, content, &QWidget::setVisible);
    addDockWidget(area, dock);
    const auto later = [this] { QTimer::singleShot(0, this, &MainWindow::hideDoubleTitles); };
    connect(dock, &QDockWidget::topLevelChanged, this, later);
    connect(dock, &QDockWidget::dockLocationChanged, this, later);
    connect(dock, &QDockWidget::visibilityChanged, this, later);
    return dock;
}

void MainWindow::arrangeDefault()
{
    addDockWidget(Qt::LeftDockWidgetArea, sessionDock_);
    addDockWidget(Qt::TopDockWidgetArea, tradeOffDock_);
    addDockWidget(Qt::RightDockWidgetArea, inspectorDock_);
    addDockWidget(Qt::BottomDockWidgetArea, logDock_);
    tabifyDockWidget(tradeOffDock_, exitsDock_);
    tabifyDockWidget(exitsDock_, errorDock_);
    arrangeAnalysisDocks();
    for (QDockWidget* dock : {sessionDock_, tradeOffDock_, exitsDock_, errorDock_, inspectorDock_}) {
        dock->setFloating(false);
        dock->show();
    }
    logDock_->hide();
    tradeOffDock_->raise();
    // sizes only hold once the docks have been laid out
    QTimer::singleShot(0, this, [this] {
        resizeDocks({sessionDock_, inspectorDock_}, {sessionWidth, inspectorWidth}, Qt::Horizontal);
        resizeDocks({tradeOffDock_}, {pages_->parentWidget()->height() * plotShare / 100}, Qt::Vertical);
        topShare_->learn();
    });
}

void MainWindow::enterWorkspace()
{
    if (pages_->currentWidget() == samples_)
        return;
    pages_->setCurrentWidget(samples_);
    pages_->removeWidget(welcome_);  // its size must not bound the window's any more
    welcome_->hide();
    if (restoreState(settings_.value(layoutKey).toByteArray(), layoutVersion))
        topShare_->learn();
    else
        arrangeDefault();
    budgetToolBar_->show();
    mainBar_->show();
    messageToolBar_->setVisible(!message_->message().isEmpty());
    hideDoubleTitles();
    enableActions();
}

void MainWindow::hideDoubleTitles()
{
    for (QDockWidget* dock : findChildren<QDockWidget*>()) {
        const bool tabbed = !dock->isFloating() && !tabifiedDockWidgets(dock).isEmpty();
        if (tabbed == (dock->titleBarWidget() != nullptr))
            continue;
        QWidget* old = dock->titleBarWidget();
        dock->setTitleBarWidget(tabbed ? new QWidget(dock) : nullptr);
        delete old;
    }
    for (QTabBar* tabs : findChildren<QTabBar*>()) {
        tabs->setAccessibleName(tr("Views"));
        tabs->setDocumentMode(true);
        tabs->setDrawBase(false);
        tabs->setExpanding(false);
    }
}

void MainWindow::refreshIcons()
{
    actions_.openModel->setIcon(gui::icon(QStringLiteral("model"), palette()));
    actions_.openDataset->setIcon(gui::icon(QStringLiteral("dataset"), palette()));
    actions_.openRun->setIcon(gui::icon(QStringLiteral("run"), palette()));
    actions_.saveRun->setIcon(gui::icon(QStringLiteral("save"), palette()));
    actions_.evaluate->setIcon(gui::icon(QStringLiteral("evaluate"), palette()));
    actions_.evaluateSettings->setIcon(gui::icon(QStringLiteral("settings"), palette()));
    actions_.cancel->setIcon(gui::icon(QStringLiteral("cancel"), palette()));
    actions_.exportPlot->setIcon(gui::icon(QStringLiteral("export"), palette()));
}

void MainWindow::setTheme(gui::ThemeChoice theme)
{
    theme_ = theme;
    settings_.setValue(themeKey, gui::themeName(theme));
    gui::applyTheme(*qApp, theme, options_.systemIsDark);
    refreshIcons();
    actions_.themeSystem->setChecked(theme == gui::ThemeChoice::system);
    actions_.themeLight->setChecked(theme == gui::ThemeChoice::light);
    actions_.themeDark->setChecked(theme == gui::ThemeChoice::dark);
}

void MainWindow::showLanguage(Language language)
{
    actions_.languageSystem->setChecked(language == Language::system);
    actions_.languageEnglish->setChecked(language == Language::english);
    actions_.languageGerman->setChecked(language == Language::german);
}

void MainWindow::setLanguage(Language language)
{
    saveLanguage(settings_, language);
    showLanguage(language);
    message_->showNotice(tr("The language changes when Exitscope is started the next time."));
}

void MainWindow::open(const OpenRequest& request)
{
    if (!request.run.isEmpty() || !request.session.isEmpty())
        replaceRun([this, request] { openNow(request); });
    else if (!request.empty())
        openNow(request);
}

void MainWindow::openNow(const OpenRequest& request)
{
    if (request.sample) {
        if (options_.sample.isEmpty()) {
            message_->showError(tr("The sample model is not installed."));
            return;
        }
        session_.openModel(options_.sample + QStringLiteral("/model.onnx"));
        session_.openFitData(QStringLiteral("fashion-mnist:fit"));
        session_.openTestData(QStringLiteral("fashion-mnist:test"));
    }
    if (!request.model.isEmpty())
        session_.openModel(request.model);
    if (!request.data.isEmpty())
        session_.openData(request.data);
    if (!request.fit.isEmpty())
        session_.openFitData(request.fit);
    if (!request.test.isEmpty())
        session_.openTestData(request.test);
    if (!request.images.isEmpty())
        session_.openTestImages(request.images);
    if (!request.run.isEmpty())
        session_.openRun(request.run);
    if (!request.session.isEmpty())
        openSession(request.session, false);
    enterWorkspace();
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (exitsDialog_ && !exitsDialog_->close()) {
        event->ignore();
        return;
    }
    if (!mayReplaceRun([this] { close(); })) {
        event->ignore();
        return;
    }
    session_.stop();
    settings_.setValue(geometryKey, saveGeometry());
    if (pages_->currentWidget() == samples_)
        settings_.setValue(layoutKey, saveState(layoutVersion));
    autosave_.discardOwn();
    if (!recovered_.isEmpty())
        Autosave::discard(recovered_);
    event->accept();
}

void MainWindow::changeEvent(QEvent* event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refreshIcons();
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

}  // namespace exitscope::app
