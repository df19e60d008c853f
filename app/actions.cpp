// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/actions.h"

#include <QActionGroup>
#include <QCoreApplication>

namespace exitscope::app {
namespace {

QString translate(const char* text)
{
    return QCoreApplication::translate("Actions", text);
}

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

}  // namespace

Actions::Actions(QObject* owner)
    : openSample(make(owner, "actionOpenSample", translate("Open the &sample"),
                      translate("Open the sample model with its fit and test images"),
                      Qt::CTRL | Qt::SHIFT | Qt::Key_O)),
      openModel(make(owner, "actionOpenModel", translate("Open &model..."), translate("Open an ONNX model"),
                     QKeySequence::Open)),
      openDataset(make(owner, "actionOpenDataset", translate("Open &data set..."),
                       translate("Open the data to fit and to test on"), Qt::CTRL | Qt::Key_D)),
      openRun(make(owner, "actionOpenRun", translate("Open &run..."), translate("Open a finished evaluation"),
                   Qt::CTRL | Qt::Key_R)),
      saveRun(make(owner, "actionSaveRun", translate("&Save run..."), translate("Save this evaluation"),
                   QKeySequence::Save)),
      openSession(make(owner, "actionOpenSession", translate("Open s&ession..."),
                       translate("Open what was saved as a session: run, method, budget, filters, layout"),
                       Qt::CTRL | Qt::SHIFT | Qt::Key_L)),
      saveSession(make(owner, "actionSaveSession", translate("Save sess&ion..."),
                       translate("Save what is open and chosen, to go on with it later"),
                       Qt::CTRL | Qt::SHIFT | Qt::Key_S)),
      clearRecent(make(owner, "actionClearRecent", translate("Clear list"), translate("Forget the recent files"))),
      quit(make(owner, "actionQuit", translate("&Quit"), translate("Close the window"), QKeySequence::Quit)),
      undo(make(owner, "actionUndo", translate("&Undo"), translate("Undo the last change of the filters"),
                QKeySequence::Undo)),
      redo(make(owner, "actionRedo", translate("&Redo"), translate("Redo what was undone"), QKeySequence::Redo)),
      clearFilters(make(owner, "actionClearFilters", translate("&Clear filters"), translate("Show all samples again"),
                        Qt::CTRL | Qt::SHIFT | Qt::Key_X)),
      search(make(owner, "actionSearch", translate("&Search samples"),
                  translate("Filter the samples by typed conditions"), QKeySequence::Find)),
      nextSample(make(owner, "actionNextSample", translate("&Next sample"), translate("Inspect the next sample shown"),
                      Qt::CTRL | Qt::Key_Down)),
      previousSample(make(owner, "actionPreviousSample", translate("&Previous sample"),
                          translate("Inspect the sample shown before"), Qt::CTRL | Qt::Key_Up)),
      animateBudget(make(owner, "actionAnimateBudget", translate("Animate &budget"),
                         translate("Sweep the budget up and down; any key or click stops it"),
                         Qt::CTRL | Qt::Key_Space)),
      pinPoint(make(owner, "actionPinPoint", translate("&Pin operating point as A"),
                    translate("Keep the current operating point to compare others with"), Qt::CTRL | Qt::Key_P)),
      evaluate(make(owner, "actionEvaluate", translate("&Evaluate"),
                    translate("Run every exit at every precision on the data"), Qt::Key_F5)),
      evaluateSettings(make(owner, "actionEvaluateSettings", translate("Evaluation se&ttings..."),
                            translate("Choose precisions, schedule, calibration and data, then evaluate"),
                            Qt::CTRL | Qt::Key_F5)),
      addExits(make(owner, "actionAddExits", translate("&Add exits..."),
                    translate("Choose cut points of the open model and train an exit at each"),
                    Qt::CTRL | Qt::SHIFT | Qt::Key_A)),
      cancel(make(owner, "actionCancel", translate("&Cancel"), translate("Stop what is running"), Qt::Key_Escape)),
      showGrid(make(owner, "actionShowGrid", translate("Samples as &grid"),
                    translate("Show the samples as a grid of images or as a table"), Qt::CTRL | Qt::Key_G)),
      themeSystem(
          make(owner, "actionThemeSystem", translate("As the &desktop"), translate("Light or dark as the desktop"))),
      themeLight(make(owner, "actionThemeLight", translate("&Light"), translate("Light colours"))),
      themeDark(make(owner, "actionThemeDark", translate("D&ark"), translate("Dark colours"))),
      resetLayout(make(owner, "actionResetLayout", translate("&Reset layout"), translate("Put every view back"))),
      exportPlot(make(owner, "actionExportPlot", translate("&Plot..."),
                      translate("Export the plot in front as PNG, SVG or PDF"), Qt::CTRL | Qt::Key_E)),
      printPlot(make(owner, "actionPrintPlot", translate("Plot for p&rint..."),
                     translate("Export the plot in front black on white, in the width of a column"),
                     Qt::CTRL | Qt::ALT | Qt::Key_E)),
      copyPlot(make(owner, "actionCopyPlot", translate("&Copy plot"), translate("Copy the plot in front as an image"),
                    Qt::CTRL | Qt::SHIFT | Qt::Key_C)),
      exportTable(make(owner, "actionExportTable", translate("&Samples as CSV..."),
                       translate("Export the samples shown, in their order"), Qt::CTRL | Qt::SHIFT | Qt::Key_E)),
      exportCurves(make(owner, "actionExportCurves", translate("C&urves as CSV..."),
                        translate("Export the points of the curves shown"), Qt::CTRL | Qt::SHIFT | Qt::Key_U)),
      exportReport(make(owner, "actionExportReport", translate("&Report..."),
                        translate("Export a report as one HTML file"), Qt::CTRL | Qt::SHIFT | Qt::Key_R)),
      exportBundle(make(owner, "actionExportBundle", translate("&Deployable bundle..."),
                        translate("Export the operating point as a folder that runs in ONNX Runtime"),
                        Qt::CTRL | Qt::SHIFT | Qt::Key_B)),
      cheatSheet(make(owner, "actionCheatSheet", translate("&Keys and mouse"), translate("Show all keys"),
                      QKeySequence(Qt::Key_F1))),
      about(make(owner, "actionAbout", translate("&About Exitscope"), translate("Version and licence")))
{
    auto* themes = new QActionGroup(owner);
    for (QAction* action : {themeSystem, themeLight, themeDark}) {
        action->setCheckable(true);
        themes->addAction(action);
    }
    redo->setShortcuts({Qt::CTRL | Qt::SHIFT | Qt::Key_Z, Qt::CTRL | Qt::Key_Y});
    showGrid->setCheckable(true);
    quit->setMenuRole(QAction::QuitRole);
    about->setMenuRole(QAction::AboutRole);
}

}  // namespace exitscope::app
