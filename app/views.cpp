// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/views.h"

#include <QAction>
#include <QDockWidget>

#include "app/exporter.h"
#include "app/session.h"
#include "widgets/common/fact_table.h"
#include "widgets/common/plot.h"

namespace exitscope::app {

Views::Views(const std::vector<ViewEntry>& entries, const ViewContext& context, Docks& docks, Exporter& exporter,
             QWidget* parent)
    : QObject(parent)
{
    for (const ViewEntry& entry : entries)
        add(entry, context, docks, exporter, parent);
    connect(&context.session, &Session::runChanged, this, [this] {
        for (gui::View* view : views_)
            view->setPoint(nullptr);
    });
    connect(&context.session, &Session::decided, this, [this, &session = context.session] {
        for (gui::View* view : views_)
            view->setPoint(session.point());
    });
}

void Views::add(const ViewEntry& entry, const ViewContext& context, Docks& docks, Exporter& exporter, QWidget* parent)
{
    gui::View* view = entry.make(context, parent);
    views_.push_back(view);
    QDockWidget* dock = docks.add(entry.title, entry.dock, view, entry.place);
    toggles_ << dock->toggleViewAction();
    if (entry.place.area == Qt::TopDockWidgetArea)
        addGoTo(*dock);
    connect(view, &gui::View::filtersPicked, &context.session, &Session::addFilters);
    for (gui::Plot* plot : view->plots()) {
        connect(plot, &gui::Plot::exportRequested, &exporter, [&exporter, plot] { exporter.exportPlot(*plot); });
        connect(plot, &gui::Plot::printRequested, &exporter, [&exporter, plot] { exporter.printPlot(*plot); });
        connect(plot, &gui::Plot::copyRequested, &exporter, [&exporter, plot] { exporter.copyPlot(*plot); });
    }
    for (gui::FactTable* table : view->tables())
        connect(table, &gui::FactTable::exportRequested, &exporter,
                [&exporter, table] { exporter.exportNumbers(*table); });
}

void Views::addGoTo(QDockWidget& dock)
{
    constexpr int keys = 9;
    auto* action = new QAction(dock.windowTitle(), this);
    action->setObjectName(QStringLiteral("actionGoTo") + dock.objectName());
    action->setToolTip(tr("Bring \"%1\" to the front").arg(dock.windowTitle()));
    if (goTos_.size() < keys)
        action->setShortcut(QKeySequence(Qt::CTRL | Qt::Key(Qt::Key_1 + goTos_.size())));
    connect(action, &QAction::triggered, this, [&dock] {
        dock.show();
        dock.raise();
        if (auto* plot = dock.findChild<gui::Plot*>())
            plot->setFocus();
        else
            dock.widget()->setFocus();
    });
    goTos_ << action;
}

gui::Plot* Views::plotInFront() const
{
    std::vector<gui::Plot*> all;
    for (const gui::View* view : views_) {
        const std::vector<gui::Plot*> plots = view->plots();
        all.insert(all.end(), plots.begin(), plots.end());
    }
    for (gui::Plot* plot : all)
        if (plot->hasFocus())
            return plot;
    for (gui::Plot* plot : all)
        if (plot->isVisible() && !plot->visibleRegion().isEmpty())
            return plot;
    return all.empty() ? nullptr : all.front();
}

}  // namespace exitscope::app
