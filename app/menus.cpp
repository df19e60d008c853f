// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/menus.h"

#include <QApplication>
#include <QMainWindow>
#include <QMenuBar>
#include <QMessageBox>

#include "app/cheat_sheet.h"
#include "app/recent_files.h"

namespace exitscope::app {

Menus::Menus(QMainWindow& window, const Actions& actions, const QList<QAction*>& toggles, const QList<QAction*>& goTos,
             const RecentFiles& recent)
    : QObject(&window), window_(window), actions_(actions), files_(recent)
{
    makeFile();
    makeEdit();
    makeView(toggles);
    makeAnalysis(goTos);
    makeRun();
    makeExport();
    makeHelp();
}

QMenu* Menus::addMenu(const QString& title)
{
    return window_.menuBar()->addMenu(title);
}

void Menus::makeFile()
{
    QMenu* menu = addMenu(tr("&File"));
    menu->addActions(
        {actions_.openSample, actions_.openModel, actions_.modelOptions, actions_.openDataset, actions_.openRun});
    recent_ = menu->addMenu(tr("Re&cent"));
    menu->addSeparator();
    menu->addActions({actions_.saveRun, actions_.openSession, actions_.saveSession});
    menu->addSeparator();
    menu->addAction(actions_.quit);
    refreshRecent();
    // queued: the entry that was chosen may be the reason for the change
    connect(&files_, &RecentFiles::changed, this, &Menus::refreshRecent, Qt::QueuedConnection);
}

void Menus::makeEdit()
{
    QMenu* menu = addMenu(tr("&Edit"));
    menu->addActions({actions_.undo, actions_.redo, actions_.search, actions_.clearFilters});
    menu->addSeparator();
    menu->addActions({actions_.previousSample, actions_.nextSample});
}

void Menus::makeView(const QList<QAction*>& toggles)
{
    QMenu* menu = addMenu(tr("&View"));
    menu->addActions(toggles);
    menu->addSeparator();
    menu->addAction(actions_.showGrid);
    QMenu* theme = menu->addMenu(tr("&Theme"));
    theme->addActions({actions_.themeSystem, actions_.themeLight, actions_.themeDark});
    QMenu* language = menu->addMenu(tr("La&nguage"));
    language->addActions({actions_.languageSystem, actions_.languageEnglish, actions_.languageGerman});
    menu->addAction(actions_.resetLayout);
}

void Menus::makeAnalysis(const QList<QAction*>& goTos)
{
    QMenu* menu = addMenu(tr("&Analysis"));
    menu->addActions(goTos);
    menu->addSeparator();
    menu->addAction(actions_.pinPoint);
}

void Menus::makeRun()
{
    QMenu* menu = addMenu(tr("&Run"));
    menu->addActions({actions_.evaluate, actions_.evaluateSettings, actions_.cancel});
    menu->addSeparator();
    menu->addAction(actions_.addExits);
    menu->addAction(actions_.animateBudget);
}

void Menus::makeExport()
{
    QMenu* menu = addMenu(tr("E&xport"));
    menu->addActions({actions_.exportPlot, actions_.printPlot, actions_.copyPlot});
    menu->addSeparator();
    menu->addActions({actions_.exportTable, actions_.exportCurves, actions_.exportReport, actions_.exportBundle});
}

void Menus::makeHelp()
{
    QMenu* menu = addMenu(tr("&Help"));
    menu->addActions({actions_.showHints, actions_.cheatSheet, actions_.about});
    connect(actions_.cheatSheet, &QAction::triggered, this, &Menus::showCheatSheet);
    connect(actions_.about, &QAction::triggered, this, &Menus::showAbout);
}

void Menus::refreshRecent()
{
    recent_->clear();
    for (const QString& path : files_.paths())
        recent_->addAction(path, this, [this, path] { emit recentRequested(path); });
    recent_->addSeparator();
    recent_->addAction(actions_.clearRecent);
    recent_->setEnabled(!files_.paths().isEmpty());
}

void Menus::showCheatSheet()
{
    QList<CheatSheet::Group> groups;
    for (const QAction* top : window_.menuBar()->actions())
        groups.append({top->text().remove(QLatin1Char('&')), top->menu()->actions()});
    CheatSheet sheet(groups, &window_);
    sheet.exec();
}

void Menus::showAbout()
{
    QMessageBox::about(&window_, tr("About Exitscope"),
                       tr("<h3>Exitscope %1</h3><p>Workbench for multi-exit, quantized image classifiers.</p>"
                          "<p>Free software under the GNU General Public License, version 3 or later. "
                          "Built on Qt, QCustomPlot, oneDNN, ONNX, OpenCV, Eigen and HDF5.</p>")
                           .arg(QApplication::applicationVersion()));
}

}  // namespace exitscope::app
