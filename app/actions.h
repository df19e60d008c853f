// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QCoreApplication>
#include <QObject>

namespace exitscope::app {

/// Every action of the window, with text, shortcut and tool tip; the window connects and places them. Object names are
/// "action" + the member's name, capitalised.
struct Actions {
    Q_DECLARE_TR_FUNCTIONS(Actions)
public:
    explicit Actions(QObject* owner);

    QAction* openSample = nullptr;
    QAction* openModel = nullptr;
    QAction* modelOptions = nullptr;
    QAction* openDataset = nullptr;
    QAction* openRun = nullptr;
    QAction* saveRun = nullptr;
    QAction* openSession = nullptr;
    QAction* saveSession = nullptr;
    QAction* clearRecent = nullptr;
    QAction* quit = nullptr;
    QAction* undo = nullptr;
    QAction* redo = nullptr;
    QAction* clearFilters = nullptr;
    QAction* search = nullptr;
    QAction* nextSample = nullptr;
    QAction* previousSample = nullptr;
    QAction* animateBudget = nullptr;
    QAction* pinPoint = nullptr;
    QAction* evaluate = nullptr;
    QAction* evaluateSettings = nullptr;
    QAction* addExits = nullptr;
    QAction* cancel = nullptr;
    QAction* showGrid = nullptr;
    QAction* themeSystem = nullptr;
    QAction* themeLight = nullptr;
    QAction* themeDark = nullptr;
    QAction* languageSystem = nullptr;
    QAction* languageEnglish = nullptr;
    QAction* languageGerman = nullptr;
    QAction* resetLayout = nullptr;
    QAction* exportPlot = nullptr;
    QAction* printPlot = nullptr;
    QAction* copyPlot = nullptr;
    QAction* exportTable = nullptr;
    QAction* exportCurves = nullptr;
    QAction* exportReport = nullptr;
    QAction* exportBundle = nullptr;
    QAction* showHints = nullptr;
    QAction* cheatSheet = nullptr;
    QAction* about = nullptr;

private:
    void makeFile(QObject* owner);
    void makeEdit(QObject* owner);
    void makeView(QObject* owner);
    void makeRun(QObject* owner);
    void makeExport(QObject* owner);
    void makeHelp(QObject* owner);
};

}  // namespace exitscope::app
