// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/budget/mark_strip.h"

#include <algorithm>
#include <cmath>

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QSlider>
#include <QStyleOptionSlider>
#include <QToolTip>

#include "widgets/plots/theme.h"

namespace exitscope::gui {
namespace {

constexpr int side = 8;      ///< of a mark's triangle
constexpr double reach = 8;  ///< how far beside a mark a click still counts

}  // namespace

MarkStrip::MarkStrip(QSlider* slider, double stepsPerUnit, QWidget* parent)
    : QWidget(parent), slider_(slider), stepsPerUnit_(stepsPerUnit)
{
    setObjectName(QStringLiteral("budgetMarks"));
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    setMouseTracking(true);
}

void MarkStrip::setMarks(const std::vector<BudgetMark>& marks)
{
    marks_ = marks;
    QStringList names;
    for (const BudgetMark& mark : marks_)
        names << mark.toolTip;
    setAccessibleDescription(names.join(QStringLiteral("; ")));
    update();
}

QSize MarkStrip::sizeHint() const
{
    return {0, side + 3};
}

double MarkStrip::position(double budget) const
{
    QStyleOptionSlider option;
    option.initFrom(slider_);
    option.orientation = slider_->orientation();
    option.minimum = slider_->minimum();
    option.maximum = slider_->maximum();
    const int handle = slider_->style()->pixelMetric(QStyle::PM_SliderLength, &option, slider_);
    const double range = std::max(1, slider_->maximum() - slider_->minimum());
    const double share = (budget * stepsPerUnit_ - slider_->minimum()) / range;
    const double left = mapFromGlobal(slider_->mapToGlobal(QPoint(0, 0))).x();
    return left + handle / 2.0 + std::clamp(share, 0.0, 1.0) * (slider_->width() - handle);
}

const BudgetMark* MarkStrip::markAt(double x) const
{
    const BudgetMark* best = nullptr;
    double least = reach;
    for (const BudgetMark& mark : marks_) {
        if (const double away = std::abs(position(mark.budget) - x); away <= least) {
            least = away;
            best = &mark;
        }
    }
    return best;
}

void MarkStrip::paintEvent(QPaintEvent*)
{
    if (!isEnabled())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(palette().color(QPalette::Link));
    for (const BudgetMark& mark : marks_) {
        const double x = position(mark.budget);
        painter.drawPolygon(QPolygonF{{x, 1.0}, {x - side / 2.0, side + 1.0}, {x + side / 2.0, side + 1.0}});
    }
}

void MarkStrip::mousePressEvent(QMouseEvent* event)
{
    if (const BudgetMark* mark = markAt(event->position().x()); mark && event->button() == Qt::LeftButton)
        emit picked(mark->budget);
}

void MarkStrip::mouseMoveEvent(QMouseEvent* event)
{
    setCursor(markAt(event->position().x()) ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

bool MarkStrip::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    if (const BudgetMark* mark = markAt(help->pos().x()))
        QToolTip::showText(help->globalPos(), mark->toolTip, this);
    else
        QToolTip::hideText();
    return true;
}

}  // namespace exitscope::gui
