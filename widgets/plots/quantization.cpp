// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/quantization.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <qcustomplot.h>

#include "widgets/plots/canvas.h"

namespace exitscope::plots {
namespace {

constexpr double headroom = 0.06;  ///< above the highest value, as a share

QString precision_name(Precision precision)
{
    return QString::fromStdString(precision.name());
}

/// Lines and marks of one precision; the ramp of the other drawings is too pale for thin lines.
struct PrecisionStyle {
    QColor colour;
    QCPScatterStyle mark;
};

PrecisionStyle style_of(const Theme& theme, std::size_t precision, double size)
{
    static constexpr QCPScatterStyle::ScatterShape shapes[] = {QCPScatterStyle::ssDisc, QCPScatterStyle::ssSquare,
                                                               QCPScatterStyle::ssTriangle, QCPScatterStyle::ssDiamond};
    const QColor colour = theme.series[precision % theme.series.size()];
    return {colour, QCPScatterStyle(shapes[precision % std::size(shapes)], colour, colour, size)};
}

/// A vertical line over the whole height of the axes.
void add_line(QCustomPlot& plot, double x, const QPen& pen)
{
    auto* line = new QCPItemStraightLine(&plot);
    line->point1->setCoords(x, 0);
    line->point2->setTypeX(QCPItemPosition::ptPlotCoords);
    line->point2->setTypeY(QCPItemPosition::ptAxisRectRatio);
    line->point1->setTypeY(QCPItemPosition::ptAxisRectRatio);
    line->point1->setCoords(x, 0);
    line->point2->setCoords(x, 1);
    line->setPen(pen);
    line->setLayer(QStringLiteral("grid"));
}

}  // namespace

std::optional<double> layer_value(const calibrate::LayerAtPrecision& layer, LayerMeasure measure)
{
    switch (measure) {
    case LayerMeasure::alone:
        if (const auto worst = layer.worst_exit())
            return layer.alone[worst->at()].sqnr;
        return std::nullopt;
    case LayerMeasure::output: return layer.output_sqnr;
    case LayerMeasure::weight: return layer.weight_sqnr;
    case LayerMeasure::input: return layer.input_sqnr;
    }
    return std::nullopt;
}

void draw_layers(QCustomPlot& plot, const calibrate::LayerStudy& study, LayerMeasure measure,
                 std::optional<std::size_t> selected, const QString& note, const Theme& theme)
{
    prepare(plot, theme);
    plot.xAxis->setLabel(QObject::tr("Layer, in the order in which they run"));
    plot.yAxis->setLabel(QObject::tr("SQNR (dB): higher is better"));
    set_note(plot, note, theme);
    QSharedPointer<QCPAxisTickerFixed> whole(new QCPAxisTickerFixed);
    whole->setTickStep(1);
    whole->setScaleStrategy(QCPAxisTickerFixed::ssMultiples);
    plot.xAxis->setTicker(whole);
    double low = INFINITY;
    double high = -INFINITY;
    for (std::size_t p = 0; p < study.precisions.size(); ++p) {
        QVector<double> x;
        QVector<double> y;
        for (std::size_t l = 0; l < study.layers.size(); ++l) {
            const auto& at = study.layers[l].at[p];
            const auto value = at ? layer_value(*at, measure) : std::nullopt;
            if (!value || !std::isfinite(*value))
                continue;
            x.push_back(double(l + 1));
            y.push_back(*value);
            low = std::min(low, *value);
            high = std::max(high, *value);
        }
        QCPGraph* graph = plot.addGraph();
        graph->setName(precision_name(study.precisions[p]));
        const PrecisionStyle style = style_of(theme, p, 6);
        graph->setPen(QPen(style.colour, 1));
        graph->setScatterStyle(style.mark);
        graph->setData(x, y, true);
    }
    set_range(*plot.xAxis, 0.5, double(study.layers.size()) + 0.5, 0.0);
    set_range(*plot.yAxis, low, high, headroom);
    if (selected)
        add_line(plot, double(*selected + 1), QPen(theme.accent, 1.6));
    if (low > high)
        set_message(plot, QObject::tr("Not measured"), theme);
    else
        show_legend_below(plot);
}

void draw_layer_drift(QCustomPlot& plot, const calibrate::LayerStudy& study, const QString& note, const Theme& theme)
{
    prepare(plot, theme);
    plot.xAxis->setLabel(QObject::tr("Layer"));
    plot.yAxis->setLabel(QObject::tr("Error (%)"));
    set_note(plot, note, theme);
    double high = 0;
    for (std::size_t p = 0; p < study.precisions.size(); ++p) {
        QVector<double> x;
        QVector<double> y;
        for (std::size_t l = 0; l < study.layers.size(); ++l) {
            const auto& at = study.layers[l].at[p];
            const double error = at ? 100 * std::pow(10.0, -at->output_sqnr / 20) : NAN;
            if (!std::isfinite(error))
                continue;
            x.push_back(double(l + 1));
            y.push_back(error);
            high = std::max(high, error);
        }
        QCPGraph* graph = plot.addGraph();
        graph->setName(precision_name(study.precisions[p]));
        const PrecisionStyle style = style_of(theme, p, 4);
        graph->setPen(QPen(style.colour, 1));
        graph->setScatterStyle(style.mark);
        graph->setData(x, y, true);
    }
    set_range(*plot.xAxis, 0.5, double(study.layers.size()) + 0.5, 0.0);
    set_range(*plot.yAxis, 0, (1 + headroom) * high, 0.0);
    show_legend_below(plot);
}

std::optional<std::size_t> layer_at(const QCustomPlot& plot, const calibrate::LayerStudy& study,
                                    const QPointF& position)
{
    if (!plot.axisRect()->rect().contains(position.toPoint()) || study.layers.empty())
        return std::nullopt;
    const double layer = std::round(plot.xAxis->pixelToCoord(position.x())) - 1;
    if (layer < 0 || layer >= double(study.layers.size()))
        return std::nullopt;
    return static_cast<std::size_t>(layer);
}

void draw_layer_inputs(QCustomPlot& plot, const calibrate::LayerStudy& study, std::size_t layer, const QString& note,
                       const Theme& theme)
{
    prepare(plot, theme);
    const calibrate::Observation& seen = study.layers[layer].input;
    plot.xAxis->setLabel(QObject::tr("Value that the layer reads"));
    plot.yAxis->setLabel(QObject::tr("Values (%)"));
    set_note(plot, note, theme);
    double total = 0;
    for (const std::uint64_t count : seen.histogram)
        total += double(count);
    const double width = (double(seen.maximum) - double(seen.minimum)) / double(seen.histogram.size());
    if (!(total > 0) || !(width > 0)) {
        set_message(plot, QObject::tr("Every value is the same"), theme);
        return;
    }
    auto* bars = new QCPBars(plot.xAxis, plot.yAxis);
    bars->removeFromLegend();
    bars->setWidthType(QCPBars::wtPlotCoords);
    bars->setWidth(width);
    bars->setPen(Qt::NoPen);
    bars->setBrush(theme.neutral);
    const double least = 100 / total / 2;  // half a value: the foot of the bars on the logarithmic axis
    bars->setBaseValue(least);
    double most = least;
    for (std::size_t bin = 0; bin < seen.histogram.size(); ++bin) {
        if (seen.histogram[bin] == 0)
            continue;
        const double share = 100 * double(seen.histogram[bin]) / total;
        most = std::max(most, share);
        bars->addData(double(seen.minimum) + (double(bin) + 0.5) * width, share - least);
    }
    double low = double(seen.minimum);
    double high = double(seen.maximum);
    for (std::size_t p = 0; p < study.precisions.size(); ++p) {
        const auto& at = study.layers[layer].at[p];
        if (!at)
            continue;
        const double from = double(at->input.scale) * -double(at->input.zero_point);
        const double to = double(at->input.scale) * double(at->input.maximum() - at->input.zero_point);
        const QPen pen(style_of(theme, p, 0).colour, 1.6, p % 2 == 0 ? Qt::SolidLine : Qt::DashLine);
        add_line(plot, from, pen);
        add_line(plot, to, pen);
        low = std::min(low, from);
        high = std::max(high, to);
        QCPGraph* key = plot.addGraph();  // the legend's line
        key->setName(precision_name(study.precisions[p]));
        key->setPen(pen);
    }
    set_range(*plot.xAxis, low, high, 0.05);
    plot.yAxis->setScaleType(QCPAxis::stLogarithmic);
    plot.yAxis->setTicker(QSharedPointer<QCPAxisTickerLog>(new QCPAxisTickerLog));
    plot.yAxis->setRange(least, most * std::pow(most / least, headroom));
    plot.legend->setIconSize(12, 12);
    show_legend_below(plot);
}

}  // namespace exitscope::plots
