// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDockWidget>
#include <QMenuBar>

#include "app/analysis_views.h"
#include "app/inspector_tasks.h"
#include "app/main_window.h"
#include "app/prompts.h"
#include "app/session.h"
#include "widgets/common/fact_table.h"
#include "widgets/common/plot.h"
#include "widgets/error/error_view.h"
#include "widgets/inspector/inspector_view.h"

namespace exitscope::app {

void MainWindow::makeAnalysisDocks()
{
    analysis_ = new AnalysisViews(session_, this);
    inspectorTasks_ = new InspectorTasks(session_, *inspector_, this);
    for (const AnalysisViews::Page& page : analysis_->pages())
        analysisDocks_.push_back(makeDock(page.title, page.dock, page.view, Qt::TopDockWidgetArea));
    connect(actions_.pinPoint, &QAction::triggered, analysis_, &AnalysisViews::pin);
    std::vector<gui::FactTable*> tables = analysis_->tables();
    tables.insert(tables.end(), {error_->table(), inspector_->perturbTable()});
    for (gui::FactTable* table : tables)
        connect(table, &gui::FactTable::exportRequested, this, [this, table] { exportNumbers(*table); });
}

void MainWindow::arrangeAnalysisDocks()
{
    QDockWidget* before = errorDock_;
    for (QDockWidget* dock : analysisDocks_) {
        dock->setFloating(false);
        tabifyDockWidget(before, dock);
        dock->show();
        before = dock;
    }
}

void MainWindow::makeAnalysisMenu()
{
    QMenu* menu = menuBar()->addMenu(tr("&Analysis"));
    std::vector<QDockWidget*> docks{tradeOffDock_, exitsDock_, errorDock_};
    docks.insert(docks.end(), analysisDocks_.begin(), analysisDocks_.end());
    int number = 0;
    for (QDockWidget* dock : docks) {
        QAction* action = menu->addAction(dock->windowTitle());
        action->setObjectName(QStringLiteral("actionGoTo") + dock->objectName());
        action->setToolTip(tr("Bring \"%1\" to the front").arg(dock->windowTitle()));
        action->setShortcut(QKeySequence(Qt::CTRL | Qt::Key(Qt::Key_1 + number++)));
        connect(action, &QAction::triggered, this, [dock] {
            dock->show();
            dock->raise();
            if (auto* plot = dock->findChild<gui::Plot*>())
                plot->setFocus();
            else
                dock->widget()->setFocus();
        });
    }
    menu->addSeparator();
    menu->addAction(actions_.pinPoint);
}

void MainWindow::exportNumbers(const gui::FactTable& table)
{
    const QString path = prompts_.saveFile(this, tr("Export numbers"),
                                           suggestedName(table.objectName(), QStringLiteral("csv")), tr("CSV (*.csv)"));
    if (!path.isEmpty())
        session_.writeFile(path, [csv = table.model().csv().toStdString()] { return csv; });
}

}  // namespace exitscope::app
