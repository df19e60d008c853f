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

    QAction* openSample;
    QAction* openModel;
    QAction* openDataset;
    QAction* openRun;
    QAction* saveRun;
    QAction* openSession;
    QAction* saveSession;
    QAction* clearRecent;
    QAction* quit;
    QAction* undo;
    QAction* redo;
    QAction* clearFilters;
    QAction* search;
    QAction* nextSample;
    QAction* previousSample;
    QAction* animateBudget;
    QAction* pinPoint;
    QAction* evaluate;
    QAction* evaluateSettings;
    QAction* addExits;
    QAction* cancel;
    QAction* showGrid;
    QAction* themeSystem;
    QAction* themeLight;
    QAction* themeDark;
    QAction* languageSystem;
    QAction* languageEnglish;
    QAction* languageGerman;
    QAction* resetLayout;
    QAction* exportPlot;
    QAction* printPlot;
    QAction* copyPlot;
    QAction* exportTable;
    QAction* exportCurves;
    QAction* exportReport;
    QAction* exportBundle;
    QAction* showHints;
    QAction* cheatSheet;
    QAction* about;
};

}  // namespace exitscope::app
