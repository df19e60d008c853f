// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QDialog>
#include <QDockWidget>
#include <QMenuBar>
#include <QMessageBox>
#include <QSettings>

#include "app/cheat_sheet.h"
#include "app/data_dialog.h"
#include "app/evaluate_dialog.h"
#include "app/exits_dialog.h"
#include "app/first_steps.h"
#include "app/main_window.h"
#include "app/prompts.h"
#include "app/session.h"
#include "app/welcome_page.h"
#include "widgets/common/message_bar.h"
#include "widgets/samples/sample_model.h"
#include "widgets/samples/sample_view.h"

namespace exitscope::app {
namespace {

DataRequest requestOf(const DataPair& data)
{
    DataRequest request;
    const QString fit = QString::fromStdString(data.fitSpec);
    const QString test = QString::fromStdString(data.testSpec);
    request.together = fit == test;
    (request.together ? request.whole : request.fit) = fit;
    request.test = request.together ? QString() : test;
    return request;
}

void openRequested(Session& session, const DataRequest& request)
{
    if (request.together) {
        session.openData(request.whole, request.fitFraction);
    } else {
        session.openFitData(request.fit);
        session.openTestData(request.test);
    }
}

}  // namespace

void MainWindow::makeMenus()
{
    QMenu* file = menuBar()->addMenu(tr("&File"));
    file->addActions({actions_.openSample, actions_.openModel, actions_.openDataset, actions_.openRun});
    recentMenu_ = file->addMenu(tr("Re&cent"));
    file->addSeparator();
    file->addActions({actions_.saveRun, actions_.openSession, actions_.saveSession});
    file->addSeparator();
    file->addAction(actions_.quit);

    QMenu* edit = menuBar()->addMenu(tr("&Edit"));
    edit->addActions({actions_.undo, actions_.redo, actions_.search, actions_.clearFilters});
    edit->addSeparator();
    edit->addActions({actions_.previousSample, actions_.nextSample});

    QMenu* view = menuBar()->addMenu(tr("&View"));
    for (QDockWidget* dock : {sessionDock_, tradeOffDock_, exitsDock_, errorDock_})
        view->addAction(dock->toggleViewAction());
    for (QDockWidget* dock : analysisDocks_)
        view->addAction(dock->toggleViewAction());
    for (QDockWidget* dock : {inspectorDock_, logDock_})
        view->addAction(dock->toggleViewAction());
    view->addSeparator();
    view->addAction(actions_.showGrid);
    QMenu* theme = view->addMenu(tr("&Theme"));
    theme->addActions({actions_.themeSystem, actions_.themeLight, actions_.themeDark});
    QMenu* language = view->addMenu(tr("La&nguage"));
    language->addActions({actions_.languageSystem, actions_.languageEnglish, actions_.languageGerman});
    view->addAction(actions_.resetLayout);

    makeAnalysisMenu();

    QMenu* run = menuBar()->addMenu(tr("&Run"));
    run->addActions({actions_.evaluate, actions_.evaluateSettings, actions_.cancel});
    run->addSeparator();
    run->addAction(actions_.addExits);
    run->addAction(actions_.animateBudget);

    QMenu* exports = menuBar()->addMenu(tr("E&xport"));
    exports->addActions({actions_.exportPlot, actions_.printPlot, actions_.copyPlot});
    exports->addSeparator();
    exports->addActions({actions_.exportTable, actions_.exportCurves, actions_.exportReport, actions_.exportBundle});

    QMenu* help = menuBar()->addMenu(tr("&Help"));
    help->addActions({actions_.showHints, actions_.cheatSheet, actions_.about});
}

void MainWindow::connectActions()
{
    const auto on = [this](QAction* action, auto slot) { connect(action, &QAction::triggered, this, slot); };
    const auto openSample = [this] {
        OpenRequest request;
        request.sample = true;
        open(request);
    };
    on(actions_.openSample, openSample);
    on(actions_.openModel, [this] { openModel(); });
    on(actions_.openDataset, [this] { openData(); });
    on(actions_.openRun, [this] { openRun(); });
    on(actions_.saveRun, [this] { saveRun(); });
    on(actions_.clearRecent, [this] { recent_.clear(); });
    on(actions_.quit, [this] { close(); });
    on(actions_.undo, [this] { session_.undoStack().undo(); });
    on(actions_.redo, [this] { session_.undoStack().redo(); });
    on(actions_.clearFilters, [this] { session_.clearFilters(); });
    on(actions_.nextSample, [this] { moveSelection(1); });
    on(actions_.previousSample, [this] { moveSelection(-1); });
    on(actions_.evaluate, [this] { evaluate(); });
    on(actions_.evaluateSettings, [this] { evaluateSettings(); });
    on(actions_.addExits, [this] { addExits(); });
    on(actions_.cancel, [this] { session_.cancel(); });
    connect(actions_.showGrid, &QAction::toggled, samples_, &gui::SampleView::showGrid);
    on(actions_.themeSystem, [this] { setTheme(gui::ThemeChoice::system); });
    on(actions_.themeLight, [this] { setTheme(gui::ThemeChoice::light); });
    on(actions_.themeDark, [this] { setTheme(gui::ThemeChoice::dark); });
    on(actions_.languageSystem, [this] { setLanguage(Language::system); });
    on(actions_.languageEnglish, [this] { setLanguage(Language::english); });
    on(actions_.languageGerman, [this] { setLanguage(Language::german); });
    on(actions_.resetLayout, [this] { arrangeDefault(); });
    on(actions_.exportPlot, [this] { exportPlot(plotInFront()); });
    on(actions_.printPlot, [this] { printPlot(plotInFront()); });
    on(actions_.copyPlot, [this] { copyPlot(plotInFront()); });
    on(actions_.exportTable, [this] { exportTable(); });
    on(actions_.exportCurves, [this] { exportCurves(); });
    on(actions_.exportReport, [this] { exportReport(); });
    on(actions_.exportBundle, [this] { exportBundle(); });
    on(actions_.cheatSheet, [this] { showCheatSheet(); });
    on(actions_.about, [this] { showAbout(); });

    connect(welcome_, &WelcomePage::sampleRequested, this, openSample);
    connect(welcome_, &WelcomePage::modelRequested, this, &MainWindow::openModel);
    connect(welcome_, &WelcomePage::dataRequested, this, &MainWindow::openData);
    connect(welcome_, &WelcomePage::runRequested, this, &MainWindow::openRun);
    connect(welcome_, &WelcomePage::recentRequested, this, [this](const QString& path) { open(classify({path})); });
    connect(&recent_, &RecentFiles::changed, this, &MainWindow::refreshRecent);
}

void MainWindow::refreshRecent()
{
    recentMenu_->clear();
    for (const QString& path : recent_.paths())
        recentMenu_->addAction(path, this, [this, path] { open(classify({path})); });
    recentMenu_->addSeparator();
    recentMenu_->addAction(actions_.clearRecent);
    recentMenu_->setEnabled(!recent_.paths().isEmpty());
    welcome_->setRecent(recent_.paths());
}

void MainWindow::enableActions()
{
    const bool hasRun = session_.run() != nullptr;
    const bool decided = session_.point()->decided();
    const bool evaluating = session_.jobs().busy(runLane);
    actions_.openSample->setEnabled(!options_.sample.isEmpty());
    actions_.saveRun->setEnabled(hasRun);
    actions_.saveSession->setEnabled(hasRun);
    actions_.search->setEnabled(decided);
    actions_.animateBudget->setEnabled(decided);
    actions_.evaluate->setEnabled((session_.canEvaluate() || session_.loading()) && !evaluating);
    actions_.evaluateSettings->setEnabled(!evaluating);
    actions_.addExits->setEnabled(session_.model() != nullptr);
    actions_.cancel->setEnabled(session_.jobs().busy());
    actions_.undo->setEnabled(session_.undoStack().canUndo());
    actions_.redo->setEnabled(session_.undoStack().canRedo());
    actions_.clearFilters->setEnabled(!session_.filters().empty());
    for (QAction* action :
         {actions_.nextSample, actions_.previousSample, actions_.pinPoint, actions_.exportPlot, actions_.printPlot,
          actions_.copyPlot, actions_.exportTable, actions_.exportCurves, actions_.exportReport, actions_.exportBundle})
        action->setEnabled(decided);
    firstSteps_->refresh();
}

void MainWindow::openModel()
{
    const QString path = prompts_.openFile(this, tr("Open model"), tr("ONNX models (*.onnx);;All files (*)"));
    if (!path.isEmpty()) {
        session_.openModel(path);
        enterWorkspace();
    }
}

void MainWindow::openData()
{
    DataDialog dialog(prompts_, requestOf(session_.data()), this);
    if (dialog.exec() == QDialog::Accepted) {
        openRequested(session_, dialog.request());
        enterWorkspace();
    }
}

void MainWindow::openRun()
{
    const QString path = prompts_.openFile(this, tr("Open run"), tr("Runs (*.exr);;All files (*)"));
    if (path.isEmpty())
        return;
    replaceRun([this, path] {
        session_.openRun(path);
        enterWorkspace();
    });
}

void MainWindow::saveRun(const std::function<void()>& then)
{
    const QString path =
        prompts_.saveFile(this, tr("Save run"), suggestedName(QString(), QStringLiteral("exr")), tr("Runs (*.exr)"));
    if (!path.isEmpty())
        session_.saveRun(path, [window = QPointer(this), then] {
            if (window && then)
                then();
        });
}

/// Asks before an evaluation that was never saved gives way to another run, or to the end of the program. When it is to
/// be saved first the answer is false, and `whenSaved` follows once the file is written.
bool MainWindow::mayReplaceRun(const std::function<void()>& whenSaved)
{
    if (!session_.run() || session_.runIsSaved())
        return true;
    switch (prompts_.askUnsaved(this)) {
    case Prompts::Unsaved::discard: return true;
    case Prompts::Unsaved::stay: return false;
    case Prompts::Unsaved::save: break;
    }
    saveRun([this, whenSaved] {
        if (session_.runIsSaved())  // another may have been evaluated meanwhile
            whenSaved();
    });
    return false;
}

/// Now, or when the run that must not be lost is saved; not at all when the user wants to stay.
void MainWindow::replaceRun(const std::function<void()>& how)
{
    if (mayReplaceRun(how))
        how();
}

void MainWindow::evaluate()
{
    if (!session_.canEvaluate() && !session_.loading())
        evaluateSettings();
    else
        replaceRun([this] { session_.evaluate(); });
}

void MainWindow::evaluateSettings()
{
    const DataRequest before = requestOf(session_.data());
    EvaluateDialog dialog(prompts_, session_.settings(), before, session_.model(), this);
    if (dialog.exec() != QDialog::Accepted)
        return;
    session_.setSettings(dialog.settings());
    if (dialog.data() != before)
        openRequested(session_, dialog.data());
    replaceRun([this] { session_.evaluate(); });
}

void MainWindow::addExits()
{
    if (exitsDialog_) {
        exitsDialog_->raise();
        exitsDialog_->activateWindow();
        return;
    }
    // images that are also tested on are none to train on
    const DataRequest chosen = requestOf(session_.data());
    exitsDialog_ = new ExitsDialog(prompts_, session_.model(), chosen.together ? QString() : chosen.fit, this);
    exitsDialog_->setAttribute(Qt::WA_DeleteOnClose);
    connect(exitsDialog_, &ExitsDialog::openRequested, this, [this](const QString& path) { open(classify({path})); });
    exitsDialog_->show();
}

void MainWindow::moveSelection(int step)
{
    const gui::SampleModel& model = samples_->model();
    if (model.rowCount() == 0)
        return;
    const int row = session_.selected() ? model.row(*session_.selected()) : -1;
    session_.select(model.sample(std::clamp(row + step, 0, model.rowCount() - 1)));
}

void MainWindow::showCheatSheet()
{
    QList<CheatSheet::Group> groups;
    for (const QAction* top : menuBar()->actions())
        groups.append({top->text().remove(QLatin1Char('&')), top->menu()->actions()});
    CheatSheet sheet(groups, this);
    sheet.exec();
}

void MainWindow::showAbout()
{
    QMessageBox::about(this, tr("About Exitscope"),
                       tr("<h3>Exitscope %1</h3><p>Workbench for multi-exit, quantized image classifiers.</p>"
                          "<p>Free software under the GNU General Public License, version 3 or later. "
                          "Built on Qt, QCustomPlot, oneDNN, ONNX, OpenCV, Eigen and HDF5.</p>")
                           .arg(QApplication::applicationVersion()));
}

}  // namespace exitscope::app
