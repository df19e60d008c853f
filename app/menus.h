// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QObject>

#include "app/actions.h"

class QAction;
class QMainWindow;
class QMenu;

namespace exitscope::app {

class RecentFiles;

/// The menu bar, and what the menu Help says.
class Menus : public QObject {
    Q_OBJECT
public:
    /// `toggles` show and hide the parts of the window; `goTos` bring views to the front. `recent` outlives this
    /// object, which `window` owns.
    Menus(QMainWindow& window, const Actions& actions, const QList<QAction*>& toggles, const QList<QAction*>& goTos,
          const RecentFiles& recent);

signals:
    void recentRequested(const QString& path);

private:
    QMenu* addMenu(const QString& title);
    void makeFile();
    void makeEdit();
    void makeView(const QList<QAction*>& toggles);
    void makeAnalysis(const QList<QAction*>& goTos);
    void makeRun();
    void makeExport();
    void makeHelp();
    void refreshRecent();
    void showCheatSheet();
    void showAbout();

    QMainWindow& window_;
    Actions actions_;
    const RecentFiles& files_;
    QMenu* recent_ = nullptr;
};

}  // namespace exitscope::app
