// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/guarantee.h"

#include <algorithm>
#include <cmath>

#include <qcustomplot.h>

#include "widgets/plots/canvas.h"

namespace exitscope::plots {
namespace {

constexpr std::size_t histogram_bins = 30;
constexpr double shown_above_eps = 3;  ///< the risk axis ends at most so many eps up

void add_level(QCustomPlot& plot, double x0, double y0, double x1, double y1, const Theme& theme)
{
    QCPGraph* line = plot.addGraph();
    line->removeFromLegend();
    line->setData(QVector<double>{x0, x1}, QVector<double>{y0, y1}, true);
    line->setPen(QPen(theme.wrong, 1.4, Qt::DashLine));
}

void add_risk(QCustomPlot& plot, const QString& name, const QVector<double>& cost, const QVector<double>& risk,
              const QPen& pen)
{
    QCPGraph* graph = plot.addGraph();
    graph->setName(name);
    graph->setData(cost, risk);
    graph->setPen(pen);
    if (pen.style() == Qt::SolidLine && cost.size() < 60)
        graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, pen.color(), pen.color(), 3.5));
}

/// The level's name beside its line: at `x` and `y`, aligned so that it does not cross the line.
void add_level_name(QCustomPlot& plot, double eps, double x, double y, Qt::Alignment alignment, const Theme& theme)
{
    auto* text = new QCPItemText(&plot);
    text->position->setCoords(x, y);
    text->setPositionAlignment(alignment);
    text->setPadding(QMargins(4, 1, 4, 1));
    text->setText(QObject::tr("eps = %1 %").arg(100 * eps, 0, 'g', 3));
    text->setFont(theme.font(0.88));
    text->setColor(theme.wrong);
    text->setSelectable(false);
}

}  // namespace

void draw_risk_path(QCustomPlot& plot, const risk::Guarantee& guarantee, const QString& risk_title, const QString& note,
                    const Theme& theme)
{
    prepare(plot, theme);
    set_note(plot, note, theme);
    plot.xAxis->setLabel(QObject::tr("Cost of the held-out samples (% of the full model)"));
    plot.yAxis->setLabel(risk_title + QObject::tr(" (%)"));
    if (guarantee.knobs.empty()) {
        set_message(plot, QObject::tr("No setting to choose from"), theme);
        return;
    }
    QVector<double> cost;
    QVector<double> calibration;
    QVector<double> held_out;
    QVector<double> bound_cost;
    QVector<double> bound;
    double low = 0;
    double high = 0;
    for (const risk::KnobRisk& knob : guarantee.knobs) {
        cost.push_back(100 * knob.relative_cost);
        calibration.push_back(100 * knob.calibration_risk);
        held_out.push_back(100 * knob.held_out_risk);
        low = std::min({low, calibration.back(), held_out.back()});
        high = std::max({high, calibration.back(), held_out.back()});
        if (knob.bound) {
            bound_cost.push_back(cost.back());
            bound.push_back(100 * *knob.bound);
        }
    }
    const auto [least, most] = std::minmax_element(cost.begin(), cost.end());
    high = std::max(100 * 1.3 * guarantee.eps, std::min(high, 100 * shown_above_eps * guarantee.eps));
    set_range(*plot.xAxis, *least, *most);
    set_range(*plot.yAxis, std::max(low, -high), high);
    add_risk(plot, QObject::tr("Calibration samples"), cost, calibration, QPen(theme.series[0], 1.6));
    add_risk(plot, QObject::tr("Held-out samples"), cost, held_out, QPen(theme.series[2], 1.6));
    if (!bound.isEmpty())
        add_risk(plot, QObject::tr("Bound"), bound_cost, bound, QPen(theme.muted, 1.6, Qt::DotLine));
    add_level(plot, -1000, 100 * guarantee.eps, 1000, 100 * guarantee.eps, theme);
    add_level_name(plot, guarantee.eps, plot.xAxis->range().lower, 100 * guarantee.eps, Qt::AlignLeft | Qt::AlignTop,
                   theme);
    if (guarantee.index) {
        const risk::KnobRisk& chosen = guarantee.knobs[*guarantee.index];
        QCPGraph* mark = plot.addGraph();
        mark->removeFromLegend();
        mark->setLineStyle(QCPGraph::lsNone);
        mark->setPen(QPen(theme.accent, 2));
        mark->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(theme.accent, 2), theme.background, 11));
        mark->setData(QVector<double>{100 * chosen.relative_cost}, QVector<double>{100 * chosen.held_out_risk});
    }
    show_legend_below(plot);
}

void draw_trials(QCustomPlot& plot, const risk::Guarantee& guarantee, const QString& risk_title, const QString& note,
                 const Theme& theme)
{
    prepare(plot, theme);
    set_note(plot, note, theme);
    plot.xAxis->setLabel(risk_title + QObject::tr(" of the held-out samples (%)"));
    plot.yAxis->setLabel(QObject::tr("Trials"));
    const risk::Histogram histogram = risk::histogram(guarantee.trials.risk, guarantee.eps, histogram_bins);
    if (histogram.counts.empty()) {
        set_message(plot, QObject::tr("No trials"), theme);
        return;
    }
    const auto bars = [&](const QString& name, const QColor& colour) {
        auto* made = new QCPBars(plot.xAxis, plot.yAxis);
        made->setName(name);
        made->setBrush(colour);
        made->setPen(QPen(theme.background, 1));
        made->setWidth(100 * histogram.width);
        return made;
    };
    QCPBars* kept = bars(QObject::tr("At most eps"), theme.right);
    QCPBars* broken = bars(QObject::tr("Above eps"), theme.wrong);
    double highest = 0;
    for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
        const double centre = histogram.low + (double(i) + 0.5) * histogram.width;
        (centre > guarantee.eps ? broken : kept)->addData(100 * centre, double(histogram.counts[i]));
        highest = std::max(highest, double(histogram.counts[i]));
    }
    add_level(plot, 100 * guarantee.eps, 0, 100 * guarantee.eps, 1e9, theme);
    set_range(*plot.xAxis, 100 * histogram.low,
              100 * (histogram.low + double(histogram.counts.size()) * histogram.width));
    plot.yAxis->setRange(0, 1.6 * highest);
    add_level_name(plot, guarantee.eps, 100 * guarantee.eps, 1.57 * highest, Qt::AlignRight | Qt::AlignTop, theme);
    show_legend(plot, Qt::AlignLeft | Qt::AlignTop, theme);
}

}  // namespace exitscope::plots
