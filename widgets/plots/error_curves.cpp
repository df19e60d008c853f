// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/error_curves.h"

#include <algorithm>
#include <cmath>

#include <qcustomplot.h>

#include "widgets/plots/canvas.h"

namespace exitscope::plots {
namespace {

constexpr std::size_t curvePoints = 500;
constexpr double smallestDisc = 5;
constexpr double largestDisc = 22;

void add_diagonal(QCustomPlot& plot, double end, const QString& name, const Theme& theme)
{
    QCPGraph* diagonal = plot.addGraph();
    diagonal->setName(name);
    diagonal->setData(QVector<double>{0.0, end}, QVector<double>{0.0, end});
    diagonal->setPen(QPen(theme.muted, 1.2, Qt::DashLine));
}

}  // namespace

void draw_roc(QCustomPlot& plot, const predict::Roc& roc, const predict::Interval& auroc, const QString& note,
              const Theme& theme)
{
    prepare(plot, theme);
    plot.xAxis->setLabel(QObject::tr("Right answers flagged (%)"));
    plot.yAxis->setLabel(QObject::tr("Wrong answers flagged (%)"));
    set_note(plot, note, theme);
    set_range(*plot.xAxis, 0, 100, 0.02);
    set_range(*plot.yAxis, 0, 100, 0.02);
    if (roc.wrong == 0 || roc.right == 0) {
        set_message(plot, QObject::tr("Needs right and wrong answers"), theme);
        return;
    }
    add_diagonal(plot, 100, QObject::tr("Chance"), theme);
    QVector<double> x;
    QVector<double> y;
    for (const predict::RocPoint& point : predict::thinned(roc.points, curvePoints)) {
        x.push_back(100 * point.alarms);
        y.push_back(100 * point.caught);
    }
    auto* curve = new QCPCurve(plot.xAxis, plot.yAxis);
    curve->setName(QObject::tr("AUROC %1 [%2, %3]")
                       .arg(roc.auroc, 0, 'f', 3)
                       .arg(auroc.low, 0, 'f', 3)
                       .arg(auroc.high, 0, 'f', 3));
    curve->setPen(QPen(theme.series[0], 1.6));
    curve->setData(x, y);
    show_legend(plot, Qt::AlignRight | Qt::AlignBottom, theme);
}

void draw_scores(QCustomPlot& plot, const predict::ScoreHistogram& scores, const QString& note, const Theme& theme)
{
    prepare(plot, theme);
    plot.xAxis->setLabel(QObject::tr("Predicted error (%)"));
    plot.yAxis->setLabel(QObject::tr("Share of each kind (%)"));
    set_note(plot, note, theme);
    set_range(*plot.xAxis, 0, 100 * scores.highest, 0.0);
    const double width = 100 * scores.highest / double(std::max<std::size_t>(scores.right.size(), 1));
    double most = 0;
    const auto add = [&](const std::vector<std::size_t>& counts, double direction, const QColor& colour,
                         const QString& name) {
        std::size_t total = 0;
        for (const std::size_t count : counts)
            total += count;
        auto* bars = new QCPBars(plot.xAxis, plot.yAxis);
        bars->setName(QObject::tr("%1 (%2)").arg(name, count_text(total)));
        bars->setWidthType(QCPBars::wtPlotCoords);
        bars->setWidth(0.92 * width);
        bars->setPen(Qt::NoPen);
        bars->setBrush(colour);
        for (std::size_t bin = 0; bin < counts.size(); ++bin) {
            const double share = 100 * double(counts[bin]) / double(std::max<std::size_t>(total, 1));
            most = std::max(most, share);
            bars->addData((double(bin) + 0.5) * width, direction * share);
        }
    };
    add(scores.right, 1, theme.right, QObject::tr("right, up"));
    add(scores.wrong, -1, theme.wrong, QObject::tr("wrong, down"));
    set_range(*plot.yAxis, -most, most, 0.08);
    show_legend(plot, Qt::AlignRight | Qt::AlignTop, theme);
}

void draw_error_clusters(QCustomPlot& plot, const std::vector<predict::ReliabilityBin>& clusters, const QString& note,
                         const Theme& theme)
{
    prepare(plot, theme);
    plot.xAxis->setLabel(QObject::tr("Predicted error of the cluster (%)"));
    plot.yAxis->setLabel(QObject::tr("Actual error (%)"));
    set_note(plot, note, theme);
    double end = 0;
    std::size_t most = 1;
    for (const predict::ReliabilityBin& cluster : clusters) {
        end = std::max({end, 100 * cluster.predicted, 100 * cluster.high});
        most = std::max(most, cluster.samples);
    }
    if (clusters.empty()) {
        set_range(*plot.xAxis, 0, 100);
        set_range(*plot.yAxis, 0, 100);
        set_message(plot, QObject::tr("No labelled samples to compare with"), theme);
        return;
    }
    set_range(*plot.xAxis, 0, end);
    set_range(*plot.yAxis, 0, end);
    add_diagonal(plot, end, QObject::tr("Perfect prediction"), theme);
    QColor fill = theme.series[0];
    fill.setAlpha(150);
    for (const predict::ReliabilityBin& cluster : clusters) {
        QCPGraph* disc = plot.addGraph();
        disc->removeFromLegend();
        disc->setLineStyle(QCPGraph::lsNone);
        const double size =
            smallestDisc + (largestDisc - smallestDisc) * std::sqrt(double(cluster.samples) / double(most));
        disc->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, QPen(theme.series[0]), QBrush(fill), size));
        disc->setData(QVector<double>{100 * cluster.predicted}, QVector<double>{100 * cluster.actual});
        auto* bars = new QCPErrorBars(plot.xAxis, plot.yAxis);
        bars->removeFromLegend();
        bars->setDataPlottable(disc);
        bars->setPen(QPen(theme.series[0], 1));
        bars->setWhiskerWidth(4);
        bars->setData(QVector<double>{100 * (cluster.actual - cluster.low)},
                      QVector<double>{100 * (cluster.high - cluster.actual)});
    }
    show_legend(plot, Qt::AlignLeft | Qt::AlignTop, theme);
}

}  // namespace exitscope::plots
