// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/plot.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>

namespace exitscope::gui {
namespace {

constexpr double zoomStep = 0.8;
constexpr double moveStep = 0.1;

void zoomAxis(QCPAxis& axis, double factor)
{
    axis.scaleRange(factor, axis.range().center());
}

void moveAxis(QCPAxis& axis, double share)
{
    axis.moveRange(share * axis.range().size());
}

}  // namespace

Plot::Plot(const QString& objectName, const QString& accessibleName, QWidget* parent) : QCustomPlot(parent)
{
    setObjectName(objectName);
    setAccessibleName(accessibleName);
    setFocusPolicy(Qt::StrongFocus);
    setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    setNoAntialiasingOnDrag(true);
    connect(this, &QCustomPlot::mouseDoubleClick, this, &Plot::reset);
    connect(this, &QCustomPlot::mousePress, this, [this](QMouseEvent* event) { pressedAt_ = event->position(); });
    connect(this, &QCustomPlot::mouseRelease, this, [this](QMouseEvent* event) {
        const QPointF moved = event->position() - pressedAt_;
        if (event->button() == Qt::LeftButton && moved.manhattanLength() < QApplication::startDragDistance())
            emit clicked(event->position());
    });
}

void Plot::setDrawing(Drawing drawing)
{
    drawing_ = std::move(drawing);
    // a view is told of another palette before the widgets in it have it
    drawing_(*this, plots::Theme::of(QApplication::palette()));
    x_ = xAxis->range();
    y_ = yAxis->range();
    replot(QCustomPlot::rpQueuedReplot);
}

void Plot::drawOn(QCustomPlot& canvas, const plots::Theme& theme) const
{
    if (!drawing_)
        return;
    drawing_(canvas, theme);
    if (xAxis->range() != x_)
        canvas.xAxis->setRange(xAxis->range());
    if (yAxis->range() != y_)
        canvas.yAxis->setRange(yAxis->range());
}

void Plot::reset()
{
    xAxis->setRange(x_);
    yAxis->setRange(y_);
    replot(QCustomPlot::rpQueuedReplot);
}

void Plot::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Plus:
        zoomAxis(*xAxis, zoomStep);
        zoomAxis(*yAxis, zoomStep);
        break;
    case Qt::Key_Minus:
        zoomAxis(*xAxis, 1 / zoomStep);
        zoomAxis(*yAxis, 1 / zoomStep);
        break;
    case Qt::Key_Left: moveAxis(*xAxis, -moveStep); break;
    case Qt::Key_Right: moveAxis(*xAxis, moveStep); break;
    case Qt::Key_Up: moveAxis(*yAxis, moveStep); break;
    case Qt::Key_Down: moveAxis(*yAxis, -moveStep); break;
    case Qt::Key_0:
    case Qt::Key_Home: reset(); return;
    default: QCustomPlot::keyPressEvent(event); return;
    }
    replot(QCustomPlot::rpQueuedReplot);
}

void Plot::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu menu(this);
    menu.addAction(tr("Reset zoom"), this, &Plot::reset);
    menu.addAction(tr("Copy plot"), this, &Plot::copyRequested);
    menu.addAction(tr("Export plot..."), this, &Plot::exportRequested);
    menu.addAction(tr("Plot for print..."), this, &Plot::printRequested);
    menu.exec(event->globalPos());
}

}  // namespace exitscope::gui
