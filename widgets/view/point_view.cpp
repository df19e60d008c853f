// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/view/point_view.h"

#include <QEvent>
#include <QVBoxLayout>

#include "widgets/common/hint.h"

namespace exitscope::gui {

PointView::PointView(const QString& hint, QWidget* parent) : View(parent), hintText_(hint) {}

void PointView::setContent(QWidget* content)
{
    hint_ = new HintStack(content, hintText_, this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 2, 6, 6);
    layout->addWidget(hint_);
}

void PointView::setPoint(OperatingPointPtr point)
{
    const bool sameBasis = point && point_ && point->run == point_->run && point->analysis == point_->analysis;
    point_ = std::move(point);
    if (!sameBasis) {
        if (point_)
            hint_->showContent();
        else
            hint_->showHint(hintText_);
        basisChanged();
    }
    refresh();
}

void PointView::refresh()
{
    stale_ = true;
    if (isVisible())
        redraw();
}

void PointView::redraw()
{
    if (!point_ || !point_->decided())
        return;
    stale_ = false;
    drawPoint();
}

void PointView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refresh();
}

void PointView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (stale_)
        redraw();
}

}  // namespace exitscope::gui
