// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/docks.h"

#include <QDockWidget>
#include <QMainWindow>
#include <QTabBar>
#include <QTimer>

#include "app/top_dock_share.h"

namespace exitscope::app {
namespace {

constexpr int layoutVersion = 2;
constexpr int topShare = 46;  ///< per cent of the window's height

}  // namespace

Docks::Docks(QMainWindow& window) : QObject(&window), window_(window), topShare_(new TopDockShare(&window))
{
    window.setDockNestingEnabled(true);
    window.setDockOptions(QMainWindow::AnimatedDocks | QMainWindow::AllowNestedDocks | QMainWindow::AllowTabbedDocks);
    for (const auto area : {Qt::TopDockWidgetArea, Qt::RightDockWidgetArea, Qt::LeftDockWidgetArea})
        window.setTabPosition(area, QTabWidget::North);
    window.setCorner(Qt::TopLeftCorner, Qt::LeftDockWidgetArea);
    window.setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    window.setCorner(Qt::TopRightCorner, Qt::RightDockWidgetArea);
    window.setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
}

QDockWidget* Docks::add(const QString& title, const char* name, QWidget* content, const Place& place)
{
    auto* dock = new QDockWidget(title, &window_);
    dock->setObjectName(QLatin1String(name));
    dock->setWidget(content);
    // Qt leaves a view behind another tab "visible", and it would go on computing what nobody sees
    QSizePolicy policy = content->sizePolicy();
    policy.setRetainSizeWhenHidden(true);
    content->setSizePolicy(policy);
    connect(dock, &QDockWidget::visibilityChanged, content, &QWidget::setVisible);
    window_.addDockWidget(place.area, dock);
    const auto later = [this] { QTimer::singleShot(0, this, &Docks::hideDoubleTitles); };
    connect(dock, &QDockWidget::topLevelChanged, this, later);
    connect(dock, &QDockWidget::dockLocationChanged, this, later);
    connect(dock, &QDockWidget::visibilityChanged, this, later);
    dock->hide();
    docks_.push_back({dock, place});
    return dock;
}

void Docks::arrange()
{
    QDockWidget* front = nullptr;
    QDockWidget* before = nullptr;
    for (const auto& [dock, place] : docks_) {
        dock->setFloating(false);
        if (place.area == Qt::TopDockWidgetArea && before) {
            window_.tabifyDockWidget(before, dock);
        } else {
            window_.addDockWidget(place.area, dock);
        }
        dock->setVisible(place.shown);
        if (place.area == Qt::TopDockWidgetArea) {
            before = dock;
            front = front ? front : dock;
        }
    }
    if (front)
        front->raise();
    QTimer::singleShot(0, this, &Docks::resize);  // sizes only hold once the docks have been laid out
}

void Docks::resize()
{
    QList<QDockWidget*> sides;
    QList<int> widths;
    for (const auto& [dock, place] : docks_) {
        if (place.width > 0) {
            sides << dock;
            widths << place.width;
        }
    }
    window_.resizeDocks(sides, widths, Qt::Horizontal);
    for (const auto& [dock, place] : docks_) {
        if (place.area != Qt::TopDockWidgetArea)
            continue;
        window_.resizeDocks({dock}, {window_.height() * topShare / 100}, Qt::Vertical);
        break;
    }
    topShare_->learn();
}

QByteArray Docks::layout() const
{
    return window_.saveState(layoutVersion);
}

bool Docks::restore(const QByteArray& layout)
{
    if (!window_.restoreState(layout, layoutVersion))
        return false;
    topShare_->learn();
    return true;
}

void Docks::hideDoubleTitles()
{
    for (QDockWidget* dock : window_.findChildren<QDockWidget*>()) {
        const bool tabbed = !dock->isFloating() && !window_.tabifiedDockWidgets(dock).isEmpty();
        if (tabbed == (dock->titleBarWidget() != nullptr))
            continue;
        QWidget* old = dock->titleBarWidget();
        dock->setTitleBarWidget(tabbed ? new QWidget(dock) : nullptr);
        delete old;
    }
    for (QTabBar* tabs : window_.findChildren<QTabBar*>()) {
        tabs->setAccessibleName(tr("Views"));
        tabs->setDocumentMode(true);
        tabs->setDrawBase(false);
        tabs->setExpanding(false);
    }
}

}  // namespace exitscope::app
