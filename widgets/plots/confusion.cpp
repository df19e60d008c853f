// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/confusion.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <qcustomplot.h>

#include "widgets/plots/canvas.h"

namespace exitscope::plots {
namespace {

constexpr double diagonal_strength = 0.28;
constexpr double least_strength = 0.10;  ///< of a cell that is not empty
constexpr std::size_t most_texts = 64;   ///< classes; beyond, no cell can hold a number
constexpr int tick_pixels = 12;

QColor blend(const QColor& ground, const QColor& colour, double strength)
{
    const auto mix = [strength](int a, int b) { return static_cast<int>(std::lround(a + strength * (b - a))); };
    return {mix(ground.red(), colour.red()), mix(ground.green(), colour.green()), mix(ground.blue(), colour.blue())};
}

/// One image pixel a cell, with the number in it where that can be read.
class Matrix : public QCPAbstractItem {
public:
    struct Cell {
        QString text;
        bool strong = false;  ///< on a ground that asks for the light text
    };
    Matrix(QCustomPlot* plot, QImage image, std::vector<Cell> cells, const Theme& theme)
        : QCPAbstractItem(plot), image_(std::move(image)), cells_(std::move(cells)), text_(theme.text),
          on_strong_(theme.background), line_(theme.background), font_(theme.font(0.88))
    {
        setSelectable(false);
        setClipToAxisRect(true);
    }
    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }

protected:
    void draw(QCPPainter* painter) override
    {
        const int classes = image_.width();
        const QRectF all(edge(0, 0), edge(classes, classes));
        painter->setRenderHint(QPainter::SmoothPixmapTransform, false);
        painter->drawImage(all, image_);
        if (cells_.empty())
            return;
        painter->setPen(QPen(line_, 1));
        painter->setAntialiasing(false);
        for (int i = 0; i <= classes; ++i) {
            painter->drawLine(QLineF(edge(i, 0), edge(i, classes)));
            painter->drawLine(QLineF(edge(0, i), edge(classes, i)));
        }
        const QFontMetrics metrics(font_);
        const double width = all.width() / classes;
        if (all.height() / classes < metrics.height() - 3)
            return;
        painter->setFont(font_);
        for (int row = 0; row < classes; ++row) {
            for (int column = 0; column < classes; ++column) {
                const Cell& cell = cells_[std::size_t(row) * std::size_t(classes) + std::size_t(column)];
                if (cell.text.isEmpty() || metrics.horizontalAdvance(cell.text) > width - 2)
                    continue;
                painter->setPen(cell.strong ? on_strong_ : text_);
                painter->drawText(QRectF(edge(column, row), edge(column + 1, row + 1)), Qt::AlignCenter, cell.text);
            }
        }
    }

private:
    [[nodiscard]] QPointF edge(int column, int row) const
    {
        return {mParentPlot->xAxis->coordToPixel(column - 0.5), mParentPlot->yAxis->coordToPixel(row - 0.5)};
    }

    QImage image_;
    std::vector<Cell> cells_;  ///< [classes * classes], or empty
    QColor text_;
    QColor on_strong_;
    QColor line_;
    QFont font_;
};

/// Names of classes at whole numbers, as many as fit.
class ClassTicker : public QCPAxisTicker {
public:
    ClassTicker(const QCPAxis* axis, QStringList names) : axis_(axis), names_(std::move(names)) {}

protected:
    QVector<double> createTickVector(double, const QCPRange& range) override
    {
        // ticks are made before the axes are laid out: the first time their length is only known from the drawing's
        const QSize all = axis_->parentPlot()->viewport().size();
        const QSize rect = axis_->axisRect()->size();
        const int length =
            std::max(1, axis_->orientation() == Qt::Horizontal ? std::max(rect.width(), all.width() / 2)
                                                               : std::max(rect.height(), all.height() / 2));
        const int step = std::max(1, static_cast<int>(std::ceil(range.size() * tick_pixels / length)));
        QVector<double> ticks;
        const auto first = std::max<qsizetype>(0, static_cast<qsizetype>(std::ceil(range.lower)));
        const auto last = std::min<qsizetype>(names_.size() - 1, static_cast<qsizetype>(std::floor(range.upper)));
        for (qsizetype i = (first + step - 1) / step * step; i <= last; i += step)
            ticks.push_back(double(i));
        return ticks;
    }
    QString getTickLabel(double tick, const QLocale&, QChar, int) override
    {
        return names_.value(static_cast<qsizetype>(std::lround(tick)));
    }
    int getSubTickCount(double) override { return 0; }

private:
    const QCPAxis* axis_;
    QStringList names_;
};

/// Values of the cells as drawn, in the order of the content.
struct Values {
    std::vector<double> cells;
    double most = 0;  ///< largest magnitude off the diagonal
};

std::vector<double> as_values(const analyse::Confusion& counts, bool shares)
{
    std::vector<double> values(counts.counts.begin(), counts.counts.end());
    for (std::size_t row = 0; shares && row < counts.classes; ++row) {
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(row * counts.classes);
        const double sum = std::accumulate(begin, begin + static_cast<std::ptrdiff_t>(counts.classes), 0.0);
        for (auto cell = begin; sum > 0 && cell != begin + static_cast<std::ptrdiff_t>(counts.classes); ++cell)
            *cell *= 100 / sum;
    }
    return values;
}

Values ordered_values(const ConfusionContent& content)
{
    const std::size_t classes = content.counts.classes;
    std::vector<double> values = as_values(content.counts, content.shares);
    if (content.reference) {
        const std::vector<double> reference = as_values(*content.reference, content.shares);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] -= reference[i];
    }
    Values result;
    result.cells.resize(values.size());
    for (std::size_t row = 0; row < classes; ++row) {
        for (std::size_t column = 0; column < classes; ++column) {
            const double value = values[content.order[row] * classes + content.order[column]];
            result.cells[row * classes + column] = value;
            if (row != column || content.reference)
                result.most = std::max(result.most, std::abs(value));
        }
    }
    return result;
}

QString cell_text(double value, const ConfusionContent& content)
{
    if (value == 0)
        return {};
    const QString number = QString::number(value, 'f', content.shares && std::abs(value) < 9.95 ? 1 : 0);
    return content.reference && value > 0 ? QLatin1Char('+') + number : number;
}

}  // namespace

void draw_confusion(QCustomPlot& plot, const ConfusionContent& content, const Theme& theme)
{
    prepare(plot, theme);
    set_note(plot, content.note, theme);
    const std::size_t classes = content.counts.classes;
    if (classes == 0 || content.counts.samples == 0) {
        set_message(plot, classes == 0 ? QObject::tr("Too many classes for a matrix") : QObject::tr("No samples"),
                    theme);
        return;
    }
    const Values values = ordered_values(content);
    QImage image(static_cast<int>(classes), static_cast<int>(classes), QImage::Format_RGB32);
    std::vector<Matrix::Cell> cells;
    for (std::size_t row = 0; row < classes; ++row) {
        for (std::size_t column = 0; column < classes; ++column) {
            const double value = values.cells[row * classes + column];
            const bool diagonal = row == column;
            double strength = 0;
            bool good = diagonal;
            if (content.reference) {
                strength = values.most > 0 ? std::abs(value) / values.most : 0;
                good = diagonal == (value > 0);
            } else if (diagonal) {
                strength = diagonal_strength;
            } else {
                strength = values.most > 0 ? value / values.most : 0;
            }
            if (value == 0)
                strength = 0;
            else if (!diagonal || content.reference)
                strength = least_strength + (1 - least_strength) * strength;
            image.setPixelColor(static_cast<int>(column), static_cast<int>(row),
                                blend(theme.background, good ? theme.right : theme.wrong, strength));
            if (classes <= most_texts)
                cells.push_back({cell_text(value, content), strength > 0.6});
        }
    }
    new Matrix(&plot, std::move(image), std::move(cells), theme);

    QStringList names;
    for (const std::uint32_t c : content.order)
        names << content.names.value(c);
    for (QCPAxis* axis : {plot.xAxis, plot.yAxis}) {
        axis->setTicker(QSharedPointer<QCPAxisTicker>(new ClassTicker(axis, names)));
        axis->setTickLengthOut(0);
        axis->setBasePen(Qt::NoPen);
        axis->grid()->setPen(Qt::NoPen);
        axis->grid()->setZeroLinePen(Qt::NoPen);
        axis->setRange(-0.5, double(classes) - 0.5);
    }
    const bool long_names = std::any_of(names.begin(), names.end(), [](const QString& n) { return n.size() > 3; });
    plot.xAxis->setTickLabelRotation(long_names ? 45 : 0);
    plot.yAxis->setRangeReversed(true);
    plot.xAxis->setLabel(QObject::tr("Answer"));
    plot.yAxis->setLabel(content.truth);
}

std::optional<std::pair<std::uint32_t, std::uint32_t>>
confusion_cell_at(QCustomPlot& plot, const ConfusionContent& content, const QPointF& pixel)
{
    if (!plot.axisRect()->rect().contains(pixel.toPoint()))
        return std::nullopt;
    const double column = std::floor(plot.xAxis->pixelToCoord(pixel.x()) + 0.5);
    const double row = std::floor(plot.yAxis->pixelToCoord(pixel.y()) + 0.5);
    const auto classes = double(content.order.size());
    if (!(column >= 0 && row >= 0 && column < classes && row < classes))
        return std::nullopt;
    return std::pair(content.order[static_cast<std::size_t>(row)], content.order[static_cast<std::size_t>(column)]);
}

}  // namespace exitscope::plots
