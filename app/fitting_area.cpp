// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/fitting_area.h"

#include <algorithm>

#include <QEvent>
#include <QScreen>
#include <QScrollBar>

namespace exitscope::app {
namespace {

constexpr int frameHeight = 40;  ///< of a window's title and borders
constexpr int leastHeight = 200;

}  // namespace

FittingArea::FittingArea(QWidget* content, QWidget* parent) : QScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);  // its fields take the keys
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWidget(content);
    content->installEventFilter(this);
}

QSize FittingArea::sizeHint() const
{
    return {minimumSizeHint().width(), widget()->sizeHint().height()};
}

QSize FittingArea::minimumSizeHint() const
{
    const int width = std::max(widget()->sizeHint().width(), widget()->minimumSizeHint().width());
    return {width + verticalScrollBar()->sizeHint().width(), std::min(leastHeight, widget()->sizeHint().height())};
}

bool FittingArea::eventFilter(QObject* watched, QEvent* event)
{
    const bool seen = QScrollArea::eventFilter(watched, event);
    if (watched == widget() && event->type() == QEvent::LayoutRequest) {
        updateGeometry();
        growWindow();
    }
    return seen;
}

void FittingArea::showEvent(QShowEvent* event)
{
    QScrollArea::showEvent(event);
    growWindow();
}

void FittingArea::growWindow()
{
    QWidget* dialog = window();
    const int missing = widget()->sizeHint().height() - viewport()->height();
    if (!dialog->isVisible() || missing <= 0)
        return;
    const QRect screen = dialog->screen()->availableGeometry();
    const int height = std::min(dialog->height() + missing, screen.height() - frameHeight);
    if (height <= dialog->height())
        return;
    dialog->resize(dialog->width(), height);
    if (dialog->geometry().bottom() > screen.bottom())
        dialog->move(dialog->x(), std::max(screen.top(), screen.bottom() - height - frameHeight));
}

}  // namespace exitscope::app
