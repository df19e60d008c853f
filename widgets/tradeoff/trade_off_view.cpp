// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/tradeoff/trade_off_view.h"

#include <algorithm>
#include <cmath>

#include <QEvent>
#include <QHBoxLayout>
#include <QMenu>
#include <QMouseEvent>
#include <QToolButton>
#include <QToolTip>
#include <QVBoxLayout>

#include "core/analysis/analyse/curve.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/analyse/static_points.h"
#include "core/analysis/policy/policy.h"
#include "core/analysis/policy/registry.h"
#include "widgets/common/format.h"
#include "widgets/common/hint.h"
#include "widgets/common/plot.h"
#include "widgets/plots/canvas.h"

namespace exitscope::gui {
namespace {

constexpr double clickPixels = 4;  ///< a press and release closer than this is a click
constexpr double pickPixels = 8;   ///< how near a mark or the operating point must be
constexpr double hoverPixels = 24;

double distance(const QPointF& a, const QPointF& b)
{
    return std::hypot(a.x() - b.x(), a.y() - b.y());
}

QPointF pixel(const QCustomPlot& plot, double cost, double accuracy)
{
    return {plot.xAxis->coordToPixel(100 * cost), plot.yAxis->coordToPixel(100 * accuracy)};
}

}  // namespace

TradeOffView::TradeOffView(QWidget* parent) : View(parent)
{
    plot_ = new Plot(QStringLiteral("tradeoffPlot"), tr("Trade-off between accuracy and cost"), this);
    plot_->setAccessibleDescription(tr("The numbers are in the table of curves: menu Export, Curves as CSV"));
    curves_ = new QToolButton(this);
    curves_->setObjectName(QStringLiteral("curveMenu"));
    curves_->setText(tr("Curves"));
    curves_->setAccessibleName(tr("Choose the curves to show"));
    curves_->setPopupMode(QToolButton::InstantPopup);
    menu_ = new QMenu(curves_);
    menu_->setToolTipsVisible(true);
    curves_->setMenu(menu_);
    separator_ = menu_->addSeparator();
    bands_ = menu_->addAction(tr("95 % bands"));
    bands_->setCheckable(true);
    bands_->setChecked(content_.bands);
    connect(bands_, &QAction::toggled, this, [this](bool on) {
        content_.bands = on;
        redraw();
    });

    auto* content = new QWidget(this);
    auto* top = new QHBoxLayout;
    top->setContentsMargins(0, 0, 0, 0);
    top->addStretch(1);
    top->addWidget(curves_);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addLayout(top);
    column->addWidget(plot_, 1);
    hint_ = new HintStack(content, {}, this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 2, 6, 6);
    layout->addWidget(hint_);

    connect(plot_, &QCustomPlot::mousePress, this, &TradeOffView::pressed);
    connect(plot_, &QCustomPlot::mouseMove, this, &TradeOffView::moved);
    connect(plot_, &QCustomPlot::mouseRelease, this, &TradeOffView::released);
    clear(tr("Open a model and data, then press Evaluate (F5) to see the trade-off."));
}

void TradeOffView::setContent(const plots::TradeOff& content, bool agreement)
{
    content_ = content;
    content_.bands = bands_->isChecked();
    agreement_ = agreement;
    hint_->showContent();
    redraw();
}

void TradeOffView::setPoint(OperatingPointPtr point)
{
    point_.reset();
    if (point) {
        const analyse::Outcome& outcome = point->decisions.outcome;
        const double quality = point->labelled() ? outcome.accuracy.value : outcome.agreement;
        const policy::Info* info = policy::find(point->decisions.policy);
        point_ = {outcome.relative_cost, quality,
                  tr("%1: %2 at %3")
                      .arg(info ? text(info->title) : QString(), percent(quality), percent(outcome.relative_cost))};
    }
    redrawOperatingPoint();
}

void TradeOffView::clear(const QString& hint)
{
    content_ = {};
    point_.reset();
    hint_->showHint(hint);
}

void TradeOffView::setChoices(const std::vector<Choice>& choices)
{
    for (const Choice& choice : choices) {
        QAction* action = choiceOf(choice.policy);
        action->setText(choice.title);
        action->setToolTip(choice.description);
        action->setChecked(choice.shown);
    }
}

/// The entry of `policy`, made when there is none yet.
QAction* TradeOffView::choiceOf(const QString& policy)
{
    for (QAction* action : menu_->actions())
        if (action->data().toString() == policy)
            return action;
    auto* action = new QAction(menu_);
    action->setCheckable(true);
    action->setData(policy);
    menu_->insertAction(separator_, action);
    connect(action, &QAction::triggered, this, [this, policy](bool on) { emit curveToggled(policy, on); });
    return action;
}

void TradeOffView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && hint_->showsContent())
        redraw();
}

void TradeOffView::redraw()
{
    plot_->setDrawing([this](QCustomPlot& canvas, const plots::Theme& theme) {
        plots::draw_trade_off(canvas, content_, theme);
        if (agreement_)
            canvas.yAxis->setLabel(tr("Agreement with the full model (%)"));
        plots::draw_operating_point(canvas, point_, theme);
    });
}

void TradeOffView::redrawOperatingPoint()
{
    if (!hint_->showsContent())
        return;
    plots::draw_operating_point(*plot_, point_, plots::Theme::of(palette()));
    if (isVisible())
        plot_->layer(plots::cursor_layer)->replot();
}

void TradeOffView::pressed(QMouseEvent* event)
{
    pressedAt_ = event->position();
    dragging_ = event->button() == Qt::LeftButton && point_ &&
                std::abs(plot_->xAxis->coordToPixel(100 * point_->relative_cost) - pressedAt_.x()) < pickPixels &&
                plot_->axisRect()->rect().contains(event->pos());
    plot_->setInteraction(QCP::iRangeDrag, !dragging_);
}

void TradeOffView::moved(QMouseEvent* event)
{
    if (dragging_ && (event->buttons() & Qt::LeftButton)) {
        emit budgetPicked(plot_->xAxis->pixelToCoord(event->position().x()) / 100);
        return;
    }
    const QString text = event->buttons() ? QString() : hoverText(event->position());
    if (text.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(event->globalPosition().toPoint() + QPoint(6, 6), text, plot_);
}

void TradeOffView::released(QMouseEvent* event)
{
    const bool wasDragging = dragging_ && distance(event->position(), pressedAt_) >= clickPixels;
    dragging_ = false;
    plot_->setInteraction(QCP::iRangeDrag, true);
    if (wasDragging || event->button() != Qt::LeftButton || distance(event->position(), pressedAt_) >= clickPixels ||
        !plot_->axisRect()->rect().contains(event->pos()))
        return;
    if (const auto picked = fixedModelAt(event->position()))
        emit statePicked(content_.fixed_models[*picked].state);
    else
        emit budgetPicked(plot_->xAxis->pixelToCoord(event->position().x()) / 100);
}

std::optional<std::size_t> TradeOffView::fixedModelAt(const QPointF& position) const
{
    std::optional<std::size_t> nearest;
    double best = pickPixels;
    for (std::size_t i = 0; i < content_.fixed_models.size(); ++i) {
        const analyse::StaticPoint& point = content_.fixed_models[i];
        const double away = distance(position, pixel(*plot_, point.relative_cost, point.accuracy.value));
        if (away < best) {
            best = away;
            nearest = i;
        }
    }
    return nearest;
}

QString TradeOffView::hoverText(const QPointF& position) const
{
    const QString what = agreement_ ? tr("agreement") : tr("accuracy");
    if (const auto fixed = fixedModelAt(position)) {
        const analyse::StaticPoint& point = content_.fixed_models[*fixed];
        return tr("Fixed model\n%1 %2\ncost %3, n = %4\nClick: filter the samples that end there")
            .arg(what, interval(point.accuracy), percent(point.relative_cost), count(point.accuracy.samples));
    }
    double best = hoverPixels;
    QString text;
    for (const plots::TradeOffSeries& series : content_.series) {
        for (const analyse::CurvePoint& point : series.curve.points) {
            const double away = distance(position, pixel(*plot_, point.relative_cost, point.accuracy.value));
            if (away >= best)
                continue;
            best = away;
            text = tr("%1\n%2 %3\ncost %4 (budget %5), n = %6")
                       .arg(series.title, what, interval(point.accuracy), percent(point.relative_cost),
                            percent(point.budget), count(point.accuracy.samples));
        }
    }
    return text;
}

}  // namespace exitscope::gui
