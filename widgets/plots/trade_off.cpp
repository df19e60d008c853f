// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/trade_off.h"
#include "core/analysis/analyse/curve.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <qcustomplot.h>

#include "widgets/plots/canvas.h"
#include "widgets/plots/dense_scatter.h"

namespace exitscope::plots {
namespace {

/// Grows to contain every value drawn.
struct Extent {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();

    void add(double value)
    {
        low = std::min(low, value);
        high = std::max(high, value);
    }
};

/// Many bands on top of each other hide the curves: then only the first series has one.
std::size_t banded(const TradeOff& content)
{
    constexpr std::size_t most_bands = 3;
    if (!content.bands)
        return 0;
    return content.series.size() <= most_bands ? content.series.size() : 1;
}

void add_band(QCustomPlot& plot, const TradeOffSeries& series, const QColor& colour)
{
    QVector<double> cost;
    QVector<double> low;
    QVector<double> high;
    for (const analyse::CurvePoint& point : series.curve.points) {
        cost.push_back(100 * point.relative_cost);
        low.push_back(100 * point.accuracy.low);
        high.push_back(100 * point.accuracy.high);
    }
    QCPGraph* lower = plot.addGraph();
    QCPGraph* upper = plot.addGraph();
    lower->setName(series.title + QObject::tr(", 95 % low"));
    upper->setName(series.title + QObject::tr(", 95 % high"));
    lower->setData(cost, low);
    upper->setData(cost, high);
    QColor fill = colour;
    fill.setAlpha(34);
    for (QCPGraph* edge : {lower, upper}) {
        edge->setPen(Qt::NoPen);
        edge->setSelectable(QCP::stNone);
        edge->removeFromLegend();
    }
    upper->setBrush(fill);
    upper->setChannelFillGraph(lower);
}

void add_curve(QCustomPlot& plot, const TradeOffSeries& series, const Theme& theme)
{
    QVector<double> cost;
    QVector<double> accuracy;
    for (const analyse::CurvePoint& point : series.curve.points) {
        cost.push_back(100 * point.relative_cost);
        accuracy.push_back(100 * point.accuracy.value);
    }
    QCPGraph* graph = plot.addGraph();
    graph->setName(series.title);
    graph->setData(cost, accuracy);
    QPen pen = policy_pen(theme, series.curve.policy);
    if (cost.size() > 500)
        pen.setWidthF(1);  // wide lines cost QCustomPlot a hundred times as much
    graph->setPen(pen);
    if (series.curve.policy == "static")
        graph->setLineStyle(QCPGraph::lsStepLeft);
    if (cost.size() == 1)
        graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDiamond, pen.color(), pen.color(), 9));
}

void add_fixed_models(QCustomPlot& plot, const std::vector<analyse::StaticPoint>& points, const Theme& theme)
{
    QVector<double> cost;
    QVector<double> accuracy;
    for (const analyse::StaticPoint& point : points) {
        cost.push_back(100 * point.relative_cost);
        accuracy.push_back(100 * point.accuracy.value);
    }
    auto* graph = new DenseScatter(plot.xAxis, plot.yAxis);
    graph->setName(QObject::tr("Fixed models"));
    graph->setLineStyle(QCPGraph::lsNone);
    graph->setPen(QPen(theme.neutral, 1));
    graph->setScatterStyle(points.size() < DenseScatter::most_vectors
                               ? QCPScatterStyle(QCPScatterStyle::ssCircle, theme.neutral, 4.5)
                               : QCPScatterStyle(QCPScatterStyle::ssCross, theme.neutral, 4));
    graph->setData(cost, accuracy);
}

void add_guide(QCustomPlot& plot, double from_x, double from_y, double to_x, double to_y, const Theme& theme)
{
    auto* line = new QCPItemLine(&plot);
    line->setLayer(cursor_layer);
    line->setClipToAxisRect(true);
    line->setPen(QPen(theme.muted, 1, Qt::DashLine));
    line->setSelectable(false);
    line->start->setCoords(from_x, from_y);
    line->end->setTypeX(QCPItemPosition::ptPlotCoords);
    line->end->setCoords(to_x, to_y);
}

}  // namespace

void draw_operating_point(QCustomPlot& plot, const std::optional<OperatingPoint>& point, const Theme& theme)
{
    const QCPLayer* layer = plot.layer(cursor_layer);
    for (int i = plot.itemCount() - 1; i >= 0; --i)
        if (plot.item(i)->layer() == layer)
            plot.removeItem(i);
    if (!point || !std::isfinite(point->accuracy) || !std::isfinite(point->relative_cost))
        return;
    const double x = 100 * point->relative_cost;
    const double y = 100 * point->accuracy;
    constexpr double far_away = 1e4;
    add_guide(plot, x, y, x, -far_away, theme);
    add_guide(plot, x, y, -far_away, y, theme);

    auto* mark = new QCPItemTracer(&plot);
    mark->setLayer(cursor_layer);
    mark->setStyle(QCPItemTracer::tsCircle);
    mark->setSize(11);
    mark->setPen(QPen(theme.accent, 2));
    mark->setBrush(theme.background);
    mark->setSelectable(false);
    mark->position->setCoords(x, y);

    if (point->label.isEmpty())
        return;
    auto* text = new QCPItemText(&plot);
    text->setLayer(cursor_layer);
    text->setText(point->label);
    text->setFont(theme.font(0.92));
    text->setColor(theme.text);
    text->setSelectable(false);
    text->setPadding(QMargins(6, 2, 6, 2));
    QColor ground = theme.background;
    ground.setAlpha(225);
    text->setBrush(ground);
    // beside the foot of the vertical guide, where curves leave room
    // (to the left of it when the label would run into the legend)
    const bool right_of_guide = x < plot.xAxis->range().lower + 0.42 * plot.xAxis->range().size();
    text->setPositionAlignment(Qt::AlignBottom | (right_of_guide ? Qt::AlignLeft : Qt::AlignRight));
    text->position->setTypeX(QCPItemPosition::ptPlotCoords);
    text->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    text->position->setCoords(x, 0.985);
}

void draw_trade_off(QCustomPlot& plot, const TradeOff& content, const Theme& theme)
{
    prepare(plot, theme);
    plot.xAxis->setLabel(QObject::tr("%1 relative to full depth at %2 (%)").arg(content.cost_title, content.reference));
    plot.yAxis->setLabel(QObject::tr("Accuracy on the test split (%)"));
    set_note(plot, content.note, theme);

    Extent cost;
    Extent accuracy;
    for (std::size_t i = 0; i < content.series.size(); ++i) {
        const bool band = i < banded(content);
        for (const analyse::CurvePoint& point : content.series[i].curve.points) {
            if (point.accuracy.samples == 0)
                continue;
            cost.add(100 * point.relative_cost);
            accuracy.add(100 * (band ? point.accuracy.low : point.accuracy.value));
            accuracy.add(100 * (band ? point.accuracy.high : point.accuracy.value));
        }
    }
    for (const analyse::StaticPoint& point : content.fixed_models) {
        cost.add(100 * point.relative_cost);
        accuracy.add(100 * point.accuracy.value);
    }
    set_range(*plot.xAxis, std::min(cost.low, 100.0), std::max(cost.high, 100.0));
    set_range(*plot.yAxis, accuracy.low, accuracy.high);
    if (!std::isfinite(accuracy.low)) {
        set_message(plot, QObject::tr("No curve to show: the test split has no labels"), theme);
        return;
    }

    for (std::size_t i = 0; i < banded(content); ++i) {
        const TradeOffSeries& series = content.series[i];
        add_band(plot, series, policy_pen(theme, series.curve.policy).color());
    }
    if (!content.fixed_models.empty())
        add_fixed_models(plot, content.fixed_models, theme);
    // the first series is the one that matters: it is drawn last, on top, and listed first
    for (auto series = content.series.rbegin(); series != content.series.rend(); ++series)
        add_curve(plot, *series, theme);
    plot.legend->clearItems();
    for (int i = plot.graphCount() - 1; i >= 0; --i)
        if (!plot.graph(i)->name().isEmpty() && plot.graph(i)->pen().style() != Qt::NoPen)
            plot.graph(i)->addToLegend();
    show_legend(plot, Qt::AlignRight | Qt::AlignBottom, theme);
    draw_operating_point(plot, content.operating_point, theme);
}

}  // namespace exitscope::plots
