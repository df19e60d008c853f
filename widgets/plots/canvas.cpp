// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/canvas.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <QFontMetrics>
#include <QLocale>

namespace exitscope::plots {
namespace {

constexpr const char* ground_property = "exitscopeGround";

/// Wrapped text below the axes; QCPTextElement neither wraps nor yields when the drawing is narrow.
class Note : public QCPLayoutElement {
public:
    Note(QCustomPlot* plot, const QString& text, const Theme& theme)
        : QCPLayoutElement(plot), text_(text), font_(theme.font(0.85)), colour_(theme.muted)
    {
        setMargins(QMargins(10, 0, 10, 6));
        setLayer("axes");
    }

    void set(const QString& text, const Theme& theme)
    {
        text_ = text;
        font_ = theme.font(0.85);
        colour_ = theme.muted;
    }

    [[nodiscard]] QSize minimumOuterSizeHint() const override { return {0, height()}; }
    [[nodiscard]] QSize maximumOuterSizeHint() const override { return {QWIDGETSIZE_MAX, height()}; }

protected:
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override { painter->setAntialiasing(true); }
    void draw(QCPPainter* painter) override
    {
        painter->setFont(font_);
        painter->setPen(QPen(colour_));
        painter->drawText(mRect, flags, text_);
    }

private:
    static constexpr int flags = Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap;

    [[nodiscard]] int height() const
    {
        if (text_.isEmpty())
            return 0;
        const int width = std::max(40, mParentPlot->viewport().width() - mMargins.left() - mMargins.right());
        return QFontMetrics(font_).boundingRect(QRect(0, 0, width, 10000), flags, text_).height() + mMargins.top() +
               mMargins.bottom() + 2;
    }

    QString text_;
    QFont font_;
    QColor colour_;
};

Note* note_of(QCustomPlot& plot)
{
    for (int row = 0; row < plot.plotLayout()->rowCount(); ++row)
        if (auto* note = dynamic_cast<Note*>(plot.plotLayout()->element(row, 0)))
            return note;
    return nullptr;
}

void style_axis(QCPAxis& axis, const Theme& theme)
{
    const QPen line(theme.muted, 1);
    axis.setBasePen(line);
    axis.setTickPen(line);
    axis.setSubTickPen(line);
    axis.setTickLengthIn(0);
    axis.setTickLengthOut(4);
    axis.setSubTicks(false);
    axis.setLabelColor(theme.text);
    axis.setTickLabelColor(theme.text);
    axis.setLabelFont(theme.font());
    axis.setTickLabelFont(theme.font(0.92));
    axis.setLabelPadding(6);
    axis.setNumberFormat("gb");
    axis.grid()->setPen(QPen(theme.grid, 1));
    axis.grid()->setZeroLinePen(QPen(theme.grid, 1));
    axis.grid()->setSubGridVisible(false);
}

}  // namespace

void prepare(QCustomPlot& plot, const Theme& theme)
{
    plot.clearItems();
    plot.clearPlottables();
    plot.setLocale(QLocale::c());  // numbers as in texts, files and reports
    plot.setBackground(QBrush(theme.background));
    plot.setProperty(ground_property, theme.background);
    QCPAxisRect& rect = *plot.axisRect();
    rect.setBackground(QBrush(Qt::NoBrush));
    rect.setMinimumMargins(QMargins(12, 14, 16, 10));
    for (QCPAxis* axis : {plot.xAxis, plot.yAxis}) {
        style_axis(*axis, theme);
        axis->setTicker(QSharedPointer<QCPAxisTicker>(new QCPAxisTicker));
        axis->setLabel({});
    }
    plot.xAxis2->setVisible(false);
    plot.yAxis2->setVisible(false);
    plot.legend->setVisible(false);
    plot.legend->setBrush(
        QBrush(QColor(theme.background.red(), theme.background.green(), theme.background.blue(), 225)));
    plot.legend->setBorderPen(QPen(theme.grid, 1));
    plot.legend->setTextColor(theme.text);
    plot.legend->setFont(theme.font(0.92));
    plot.legend->setIconSize(26, 12);
    plot.legend->setIconTextPadding(11);  // line icons are drawn 5 pixels wider than their size
    plot.legend->setRowSpacing(0);
    plot.legend->setFillOrder(QCPLegend::foRowsFirst);
    plot.legend->setWrap(0);
    plot.legend->setMargins(QMargins(7, 5, 7, 4));
    if (!plot.layer(cursor_layer)) {
        plot.addLayer(cursor_layer, plot.layer("overlay"), QCustomPlot::limBelow);
        plot.layer(cursor_layer)->setMode(QCPLayer::lmBuffered);
    }
    set_note(plot, {}, theme);
}

QColor ground(const QCustomPlot& plot)
{
    const QVariant colour = plot.property(ground_property);
    return colour.isValid() ? colour.value<QColor>() : QColor(Qt::white);
}

void set_note(QCustomPlot& plot, const QString& note, const Theme& theme)
{
    const QString shown = theme.small_print ? note : QString();
    const int last = plot.plotLayout()->rowCount() - 1;
    if (Note* present = note_of(plot))
        present->set(shown, theme);
    else
        plot.plotLayout()->addElement(last + 1, 0, new Note(&plot, shown, theme));
    plot.plotLayout()->setRowSpacing(0);
}

void set_message(QCustomPlot& plot, const QString& message, const Theme& theme)
{
    auto* text = new QCPItemText(&plot);
    text->position->setType(QCPItemPosition::ptAxisRectRatio);
    text->position->setCoords(0.5, 0.5);
    text->setPositionAlignment(Qt::AlignCenter);
    text->setText(message);
    text->setFont(theme.font());
    text->setColor(theme.muted);
}

namespace {

/// The legend in a row of its own, in as many columns as the drawing's width holds.
class LegendRow final : public QCPLayoutGrid {
public:
    explicit LegendRow(QCPLegend* legend) : legend_(legend) { addElement(0, 0, legend); }

    void update(UpdatePhase phase) override
    {
        if (phase == upPreparation)
            spread();
        QCPLayoutGrid::update(phase);
    }

private:
    void spread()
    {
        int columns = std::max(1, legend_->itemCount());
        while (columns > 1 && width(columns) > mParentPlot->viewport().width())
            --columns;
        if (columns == legend_->wrap())
            return;
        legend_->setWrap(columns);
        legend_->setFillOrder(QCPLegend::foColumnsFirst);
    }

    [[nodiscard]] int width(int columns) const
    {
        std::vector<int> widths(static_cast<std::size_t>(columns));
        for (int i = 0; i < legend_->itemCount(); ++i)
            if (const QCPAbstractLegendItem* item = legend_->item(i)) {
                int& widest = widths[static_cast<std::size_t>(i % columns)];
                widest = std::max(widest, item->minimumOuterSizeHint().width());
            }
        const QMargins margins = legend_->margins();
        return std::accumulate(widths.begin(), widths.end(), margins.left() + margins.right()) +
               (columns - 1) * legend_->columnSpacing();
    }

    QCPLegend* legend_;
};

/// Moves the legend from the corner of the axes to a row of its own, or back.
void place_legend(QCustomPlot& plot, bool below)
{
    QCPLayoutInset* corner = plot.axisRect()->insetLayout();
    QCPLayoutGrid* rows = plot.plotLayout();
    QCPLegend* legend = plot.legend;
    QCPLayout* holder = legend->layout();
    if (below == (holder != corner))
        return;
    holder->take(legend);
    if (below) {
        const int row = rows->rowCount();
        rows->addElement(row, 0, new LegendRow(legend));
        rows->setRowStretchFactor(row, 0.001);
    } else {
        rows->remove(holder);
        rows->simplify();
        corner->addElement(legend, Qt::AlignRight | Qt::AlignTop);
    }
}

void finish_legend(QCustomPlot& plot)
{
    // items clip their text to their outer rectangle, which is a little too low for descenders
    for (int i = 0; i < plot.legend->itemCount(); ++i)
        if (QCPAbstractLegendItem* item = plot.legend->item(i))  // none in what a last row has left
            item->setMargins(QMargins(0, 0, 0, 3));
    plot.legend->setVisible(plot.legend->itemCount() > 0);
}

}  // namespace

void show_legend(QCustomPlot& plot, Qt::Alignment corner, const Theme& theme)
{
    if (theme.legend_below)
        return show_legend_below(plot);
    place_legend(plot, false);
    finish_legend(plot);
    plot.axisRect()->insetLayout()->setInsetAlignment(0, corner);
}

void show_legend_below(QCustomPlot& plot)
{
    place_legend(plot, true);
    plot.legend->setBorderPen(Qt::NoPen);
    plot.legend->setMargins(QMargins(8, 0, 8, 2));
    finish_legend(plot);
}

void set_range(QCPAxis& axis, double low, double high, double margin)
{
    if (!std::isfinite(low) || !std::isfinite(high) || low > high) {
        axis.setRange(0, 1);
        return;
    }
    double pad = margin * (high - low);
    if (high - low < 1e-6 * std::max({1.0, std::abs(low), std::abs(high)}))
        pad = 0.5 * std::max(1.0, 0.02 * std::abs(high));
    axis.setRange(low - pad, high + pad);
}

QString count_text(std::size_t count)
{
    return QLocale(QLocale::English)
        .toString(static_cast<qulonglong>(count))
        .replace(QLatin1Char(','), QObject::tr(",", "between the thousands of a count"));
}

}  // namespace exitscope::plots
