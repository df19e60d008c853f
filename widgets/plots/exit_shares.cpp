// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/exit_shares.h"

#include <algorithm>
#include <cmath>

#include <qcustomplot.h>

#include "widgets/plots/canvas.h"

namespace exitscope::plots {
namespace {

constexpr double bar_width = 0.34;
constexpr double bar_offset = 0.19;
constexpr double room_above = 1.04;
constexpr int label_lines = 2;
constexpr int label_gap = 3;  ///< pixels between a bar and its label

/// A bar segment a exit at `offset` beside the tick, stacked on `below`.
QCPBars* add_bars(QCustomPlot& plot, const QString& name, double offset, const QVector<double>& heights,
                  const QColor& colour, const Theme& theme, QCPBars* below)
{
    auto* bars = new QCPBars(plot.xAxis, plot.yAxis);
    QVector<double> keys;
    for (qsizetype i = 0; i < heights.size(); ++i)
        keys.push_back(double(i) + offset);
    bars->setName(name);
    bars->setWidth(bar_width);
    bars->setData(keys, heights);
    bars->setBrush(colour);
    bars->setPen(QPen(theme.background, 1));
    if (below)
        bars->moveAbove(below);
    return bars;
}

template <class Value>
QVector<double> per_exit(const report::ExitShares& shares, Value value)
{
    QVector<double> heights;
    for (const report::ExitShare& exit : shares.exits)
        heights.push_back(100 * value(exit));
    return heights;
}

QFont label_font(const Theme& theme)
{
    return theme.font(0.88);
}

void add_label(QCustomPlot& plot, double x, double y, const QString& text, const Theme& theme)
{
    auto* label = new QCPItemText(&plot);
    label->position->setCoords(x, y);
    label->setPositionAlignment(Qt::AlignHCenter | Qt::AlignBottom);
    label->setPadding(QMargins(0, 0, 0, label_gap));
    label->setText(text);
    label->setTextAlignment(Qt::AlignHCenter);
    label->setFont(label_font(theme));
    label->setColor(theme.text);
    label->setSelectable(false);
    label->setClipToAxisRect(false);
}

}  // namespace

void draw_exit_shares(QCustomPlot& plot, const report::ExitShares& shares, const QString& note, const Theme& theme)
{
    prepare(plot, theme);
    plot.yAxis->setLabel(QObject::tr("Share of the test split (%)"));
    plot.xAxis->setLabel(QObject::tr("Exit at which the images leave"));
    set_note(plot, note, theme);
    const auto count = shares.exits.size();
    QSharedPointer<QCPAxisTickerText> ticker(new QCPAxisTickerText);
    double highest = 0;
    for (std::size_t i = 0; i < count; ++i) {
        ticker->addTick(double(i), QString::fromStdString(shares.exits[i].name));
        highest = std::max(highest, 100 * shares.exits[i].share);
    }
    plot.xAxis->setTicker(ticker);
    plot.xAxis->setTickLengthOut(0);
    plot.xAxis->grid()->setPen(Qt::NoPen);
    plot.xAxis->grid()->setZeroLinePen(Qt::NoPen);
    plot.xAxis->setRange(-0.6, double(std::max<std::size_t>(count, 1)) - 0.4);
    plot.yAxis->setRange(0, highest > 0 ? room_above * highest : 100);
    QMargins margins = plot.axisRect()->minimumMargins();  // the label of the highest bar, however low the drawing is
    margins.setTop(label_lines * QFontMetrics(label_font(theme)).lineSpacing() + 2 * label_gap);
    plot.axisRect()->setMinimumMargins(margins);
    if (shares.samples == 0) {
        set_message(plot, QObject::tr("No samples"), theme);
        return;
    }

    if (shares.labelled) {
        QCPBars* right =
            add_bars(plot, QObject::tr("Right"), -bar_offset,
                     per_exit(shares, [](const report::ExitShare& e) { return e.right; }), theme.right, theme, nullptr);
        add_bars(plot, QObject::tr("Wrong"), -bar_offset,
                 per_exit(shares, [](const report::ExitShare& e) { return e.wrong; }), theme.wrong, theme, right);
    } else {
        add_bars(plot, QObject::tr("All images (no labels)"), -bar_offset,
                 per_exit(shares, [](const report::ExitShare& e) { return e.share; }), theme.neutral, theme, nullptr);
    }
    const std::vector<QColor> colours = precision_colours(theme, shares.precisions.size());
    QCPBars* below = nullptr;
    for (std::size_t p = 0; p < shares.precisions.size(); ++p)
        below = add_bars(plot, QObject::tr("Last stage at %1").arg(QString::fromStdString(shares.precisions[p])),
                         bar_offset, per_exit(shares, [p](const report::ExitShare& e) { return e.by_precision[p]; }),
                         colours[p], theme, below);
    for (std::size_t i = 0; i < count; ++i) {
        const report::ExitShare& exit = shares.exits[i];
        QString text = QString::number(100 * exit.share, 'f', 1) + " %";
        if (shares.labelled && exit.samples > 0)
            text += QObject::tr("\n%1 % right").arg(100 * exit.right / exit.share, 0, 'f', 1);
        add_label(plot, double(i), 100 * exit.share, text, theme);
    }
    show_legend_below(plot);
}

std::optional<ExitShareSegment> exit_share_at(QCustomPlot& plot, const report::ExitShares& shares, const QPointF& pixel)
{
    // as drawn: right and wrong, or one segment without labels; then the precisions
    const int outcomes = shares.labelled ? 2 : 1;
    for (int i = 0; i < plot.plottableCount(); ++i) {
        auto* bars = qobject_cast<QCPBars*>(plot.plottable(i));
        QVariant details;
        if (!bars || bars->selectTest(pixel, false, &details) < 0)
            continue;
        const int hit = details.value<QCPDataSelection>().dataRange().begin();
        if (hit < 0 || hit >= bars->dataCount())
            continue;
        ExitShareSegment segment;
        segment.exit = static_cast<std::size_t>(std::lround(bars->dataMainKey(hit)));
        if (i >= outcomes)
            segment.precision = static_cast<std::size_t>(i - outcomes);
        else if (shares.labelled)
            segment.good = i == 0;
        return segment;
    }
    return std::nullopt;
}

}  // namespace exitscope::plots
