// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/actions.h"

#include <QActionGroup>

namespace exitscope::app {
namespace {

QAction* make(QObject* owner, const char* name, const QString& text, const QString& toolTip,
              const QKeySequence& shortcut = {})
{
    auto* action = new QAction(text, owner);
    action->setObjectName(QLatin1String(name));
    action->setToolTip(toolTip);
    action->setStatusTip(toolTip);
    action->setShortcut(shortcut);
    return action;
}

/// One of them is checked at a time.
void makeChoice(QObject* owner, std::initializer_list<QAction*> actions)
{
    auto* group = new QActionGroup(owner);
    for (QAction* action : actions) {
        action->setCheckable(true);
        group->addAction(action);
    }
}

}  // namespace

Actions::Actions(QObject* owner)
{
    makeFile(owner);
    makeEdit(owner);
    makeView(owner);
    makeRun(owner);
    makeExport(owner);
    makeHelp(owner);
}

void Actions::makeFile(QObject* owner)
{
    openSample = make(owner, "actionOpenSample", tr("Open the &sample"),
                      tr("Open the sample model with its fit and test images"), Qt::CTRL | Qt::SHIFT | Qt::Key_O);
    openModel = make(owner, "actionOpenModel", tr("Open &model..."), tr("Open an ONNX model"), QKeySequence::Open);
    modelOptions = make(owner, "actionModelOptions", tr("Model &options..."),
                        tr("Open a model with its exits, input size or what its outputs hold chosen"),
                        Qt::CTRL | Qt::SHIFT | Qt::Key_M);
    openDataset = make(owner, "actionOpenDataset", tr("Open &data set..."), tr("Open the data to fit and to test on"),
                       Qt::CTRL | Qt::Key_D);
    openRun = make(owner, "actionOpenRun", tr("Open &run..."), tr("Open a finished evaluation"), Qt::CTRL | Qt::Key_R);
    saveRun = make(owner, "actionSaveRun", tr("&Save run..."), tr("Save this evaluation"), QKeySequence::Save);
    openSession =
        make(owner, "actionOpenSession", tr("Open s&ession..."),
             tr("Open a saved session: run, method, budget, filters, layout"), Qt::CTRL | Qt::SHIFT | Qt::Key_L);
    saveSession = make(owner, "actionSaveSession", tr("Save sess&ion..."),
                       tr("Save the open files and all choices, to continue later"), Qt::CTRL | Qt::SHIFT | Qt::Key_S);
    clearRecent = make(owner, "actionClearRecent", tr("Clear list"), tr("Forget the recent files"));
    quit = make(owner, "actionQuit", tr("&Quit"), tr("Close the window"), QKeySequence::Quit);
    openModel->setIconText(tr("Open model", "on a button"));
    openDataset->setIconText(tr("Open data set", "on a button"));
    openRun->setIconText(tr("Open run", "on a button"));
    quit->setMenuRole(QAction::QuitRole);
}

void Actions::makeEdit(QObject* owner)
{
    undo = make(owner, "actionUndo", tr("&Undo"), tr("Undo the last change of the filters"), QKeySequence::Undo);
    redo = make(owner, "actionRedo", tr("&Redo"), tr("Redo the step undone last"), QKeySequence::Redo);
    clearFilters = make(owner, "actionClearFilters", tr("&Clear filters"), tr("Show all samples again"),
                        Qt::CTRL | Qt::SHIFT | Qt::Key_X);
    search = make(owner, "actionSearch", tr("&Search samples"), tr("Filter the samples by typed conditions"),
                  QKeySequence::Find);
    nextSample = make(owner, "actionNextSample", tr("&Next sample"), tr("Inspect the next sample shown"),
                      Qt::CTRL | Qt::Key_Down);
    previousSample = make(owner, "actionPreviousSample", tr("&Previous sample"), tr("Inspect the sample shown before"),
                          Qt::CTRL | Qt::Key_Up);
    redo->setShortcuts({Qt::CTRL | Qt::SHIFT | Qt::Key_Z, Qt::CTRL | Qt::Key_Y});
}

void Actions::makeView(QObject* owner)
{
    showGrid = make(owner, "actionShowGrid", tr("Samples as &grid"),
                    tr("Show the samples as a grid of images or as a table"), Qt::CTRL | Qt::Key_G);
    themeSystem = make(owner, "actionThemeSystem", tr("As the &desktop"), tr("Light or dark as the desktop"));
    themeLight = make(owner, "actionThemeLight", tr("&Light"), tr("Light colours"));
    themeDark = make(owner, "actionThemeDark", tr("D&ark"), tr("Dark colours"));
    languageSystem = make(owner, "actionLanguageSystem", tr("As the &desktop"), tr("The language of the desktop"));
    // a language goes by its own name, so that whoever speaks no other finds it
    languageEnglish = make(owner, "actionLanguageEnglish", QStringLiteral("&English"), tr("English texts"));
    languageGerman = make(owner, "actionLanguageGerman", QStringLiteral("De&utsch"), tr("German texts"));
    resetLayout = make(owner, "actionResetLayout", tr("&Reset layout"), tr("Put every view back"));
    showGrid->setCheckable(true);
    makeChoice(owner, {themeSystem, themeLight, themeDark});
    makeChoice(owner, {languageSystem, languageEnglish, languageGerman});
}

void Actions::makeRun(QObject* owner)
{
    animateBudget = make(owner, "actionAnimateBudget", tr("Animate &budget"),
                         tr("Sweep the budget up and down; any key or click stops it"), Qt::CTRL | Qt::Key_Space);
    pinPoint = make(owner, "actionPinPoint", tr("&Pin operating point as A"),
                    tr("Keep the current operating point to compare others with"), Qt::CTRL | Qt::Key_P);
    evaluate =
        make(owner, "actionEvaluate", tr("&Evaluate"), tr("Run every exit at every precision on the data"), Qt::Key_F5);
    evaluateSettings =
        make(owner, "actionEvaluateSettings", tr("Evaluation se&ttings..."),
             tr("Choose precisions, schedule, calibration and data, then evaluate"), Qt::CTRL | Qt::Key_F5);
    addExits =
        make(owner, "actionAddExits", tr("&Add exits..."),
             tr("Choose cut points of the open model and train an exit at each"), Qt::CTRL | Qt::SHIFT | Qt::Key_A);
    cancel = make(owner, "actionCancel", tr("&Cancel"), tr("Stop the running job"), Qt::Key_Escape);
}

void Actions::makeExport(QObject* owner)
{
    exportPlot = make(owner, "actionExportPlot", tr("&Plot..."), tr("Export the plot in front as PNG, SVG or PDF"),
                      Qt::CTRL | Qt::Key_E);
    printPlot =
        make(owner, "actionPrintPlot", tr("Plot for p&rint..."),
             tr("Export the plot in front black on white, in the width of a column"), Qt::CTRL | Qt::ALT | Qt::Key_E);
    copyPlot = make(owner, "actionCopyPlot", tr("&Copy plot"), tr("Copy the plot in front as an image"),
                    Qt::CTRL | Qt::SHIFT | Qt::Key_C);
    exportTable = make(owner, "actionExportTable", tr("&Samples as CSV..."),
                       tr("Export the samples shown, in their order"), Qt::CTRL | Qt::SHIFT | Qt::Key_E);
    exportCurves = make(owner, "actionExportCurves", tr("C&urves as CSV..."),
                        tr("Export the points of the curves shown"), Qt::CTRL | Qt::SHIFT | Qt::Key_U);
    exportReport = make(owner, "actionExportReport", tr("&Report..."), tr("Export a report as one HTML file"),
                        Qt::CTRL | Qt::SHIFT | Qt::Key_R);
    exportBundle =
        make(owner, "actionExportBundle", tr("&Deployable bundle..."),
             tr("Export the operating point as a folder that runs in ONNX Runtime"), Qt::CTRL | Qt::SHIFT | Qt::Key_B);
}

void Actions::makeHelp(QObject* owner)
{
    showHints = make(owner, "actionShowHints", tr("Show &hints"), tr("Show the next steps one by one"));
    cheatSheet = make(owner, "actionCheatSheet", tr("&Keys and mouse"), tr("Show all keys"), QKeySequence(Qt::Key_F1));
    about = make(owner, "actionAbout", tr("&About Exitscope"), tr("Version and licence"));
    about->setMenuRole(QAction::AboutRole);
}

}  // namespace exitscope::app
