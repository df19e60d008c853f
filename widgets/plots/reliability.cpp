// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/reliability.h"

#include <algorithm>

#include <qcustomplot.h>

#include "widgets/plots/canvas.h"

namespace exitscope::plots {
namespace {

void add_diagonal(QCustomPlot& plot, double end, const Theme& theme)
{
    QCPGraph* diagonal = plot.addGraph();
    diagonal->setName(QObject::tr("Perfect prediction"));
    diagonal->setData(QVector<double>{0.0, end}, QVector<double>{0.0, end});
    diagonal->setPen(QPen(theme.muted, 1.2, Qt::DashLine));
}

void add_series(QCustomPlot& plot, const ReliabilitySeries& series, const QColor& colour, bool intervals)
{
    QVector<double> predicted;
    QVector<double> actual;
    QVector<double> below;
    QVector<double> above;
    for (const predict::ReliabilityBin& bin : series.bins) {
        predicted.push_back(100 * bin.predicted);
        actual.push_back(100 * bin.actual);
        below.push_back(100 * (bin.actual - bin.low));
        above.push_back(100 * (bin.high - bin.actual));
    }
    QCPGraph* graph = plot.addGraph();
    graph->setName(series.title);
    graph->setPen(QPen(colour, 1.4));
    graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, colour, colour, 6));
    graph->setData(predicted, actual);
    if (!intervals)
        return;
    auto* bars = new QCPErrorBars(plot.xAxis, plot.yAxis);
    bars->removeFromLegend();
    bars->setDataPlottable(graph);
    bars->setPen(QPen(colour, 1));
    bars->setWhiskerWidth(5);
    bars->setData(below, above);
}

}  // namespace

void draw_reliability(QCustomPlot& plot, const Reliability& content, const Theme& theme)
{
    prepare(plot, theme);
    plot.xAxis->setLabel(QObject::tr("Predicted error (%)"));
    plot.yAxis->setLabel(QObject::tr("Actual error (%)"));
    set_note(plot, content.note, theme);
    double x_end = 0;
    double y_end = 0;
    for (const ReliabilitySeries& series : content.series) {
        for (const predict::ReliabilityBin& bin : series.bins) {
            x_end = std::max(x_end, 100 * bin.predicted);
            y_end = std::max(y_end, 100 * bin.high);
        }
    }
    if (x_end <= 0 || y_end <= 0) {
        set_range(*plot.xAxis, 0, 100);
        set_range(*plot.yAxis, 0, 100);
        set_message(plot, QObject::tr("No labelled samples to compare with"), theme);
        return;
    }
    set_range(*plot.xAxis, 0, x_end);
    set_range(*plot.yAxis, 0, std::max(y_end, x_end));
    add_diagonal(plot, x_end, theme);
    // intervals of several series would cover each other
    const bool intervals = content.series.size() <= 2;
    for (std::size_t i = 0; i < content.series.size(); ++i)
        add_series(plot, content.series[i], theme.series[i % theme.series.size()], intervals);
    show_legend(plot, Qt::AlignLeft | Qt::AlignTop, theme);
}

}  // namespace exitscope::plots
