// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/top_dock_share.h"

#include <utility>

#include <QDockWidget>
#include <QEvent>
#include <QGuiApplication>
#include <QLayout>
#include <QMainWindow>
#include <QScopedValueRollback>
#include <QTabBar>
#include <QTimer>

namespace exitscope::app {

TopDockShare::TopDockShare(QMainWindow* window) : QObject(window), window_(window)
{
    window->centralWidget()->installEventFilter(this);
}

void TopDockShare::learn()
{
    const QScopedValueRollback own(arranging_, true);
    share_ = 0;
    window_->layout()->activate();
    remember();
}

bool TopDockShare::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Resize && !arranging_) {
        const bool sameWindow = window_->height() == std::exchange(windowHeight_, window_->height());
        if (sameWindow && QGuiApplication::mouseButtons() != Qt::NoButton)
            remember();  // a separator is being dragged
        else
            QTimer::singleShot(0, this, &TopDockShare::keep);
    }
    return QObject::eventFilter(watched, event);
}

/// The dock in front of those above the central widget; null when there is none.
QDockWidget* TopDockShare::front() const
{
    for (QDockWidget* dock : window_->findChildren<QDockWidget*>(QString(), Qt::FindDirectChildrenOnly))
        if (!dock->isFloating() && window_->dockWidgetArea(dock) == Qt::TopDockWidgetArea &&
            !dock->visibleRegion().isEmpty())
            return dock;
    return nullptr;
}

/// Of the tabs beside it, which resizeDocks() counts as the dock's.
int TopDockShare::tabHeight(const QDockWidget& dock) const
{
    for (const QTabBar* tabs : window_->findChildren<QTabBar*>(QString(), Qt::FindDirectChildrenOnly))
        if (tabs->isVisible() && tabs->geometry().intersects(dock.geometry().adjusted(0, -1, 0, 1)))
            return tabs->height();
    return 0;
}

void TopDockShare::remember()
{
    if (const QDockWidget* dock = front())
        share_ = double(dock->height()) / (dock->height() + window_->centralWidget()->height());
}

void TopDockShare::keep()
{
    if (share_ == 0)
        return remember();
    QDockWidget* dock = front();
    if (!dock)
        return;
    const QScopedValueRollback own(arranging_, true);
    const int height = dock->height() + window_->centralWidget()->height();
    window_->resizeDocks({dock}, {qRound(share_ * height) + tabHeight(*dock)}, Qt::Vertical);
    window_->layout()->activate();
}

}  // namespace exitscope::app
