// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/inspector/class_bars.h"

#include <algorithm>
#include <numeric>

#include <QPainter>

#include "widgets/common/format.h"
#include "widgets/plots/theme.h"

namespace exitscope::gui {
namespace {

constexpr int rowHeight = 20;
constexpr int headerHeight = 18;
constexpr int gap = 6;

}  // namespace

ClassProbabilities classProbabilities(const OperatingPoint& point, SampleIndex sample, std::size_t rows)
{
    ClassProbabilities result;
    const run::Run& run = *point.run;
    const auto& stored = run.test.probabilities;
    if (stored.size() != run.states.size() || run.classes == 0 || rows == 0)
        return result;
    for (std::optional<StateIndex> state = point.state(sample); state; state = run.states[state->at()].parent)
        result.states.push_back(*state);
    std::reverse(result.states.begin(), result.states.end());
    const auto probability = [&](StateIndex state, std::size_t c) {
        return stored[state.at()][sample.at() * run.classes + c];
    };
    std::vector<float> best(run.classes, 0.0F);
    for (const StateIndex state : result.states)
        for (std::size_t c = 0; c < run.classes; ++c)
            best[c] = std::max(best[c], probability(state, c));
    result.label = point.label(sample);
    if (result.label >= 0 && static_cast<std::size_t>(result.label) < run.classes)
        best[static_cast<std::size_t>(result.label)] += 1.0F;
    best[point.prediction(sample)] += 2.0F;
    std::vector<std::uint32_t> order(run.classes);
    std::iota(order.begin(), order.end(), 0U);
    const std::size_t shown = std::min(rows, order.size());
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(shown), order.end(),
                      [&](std::uint32_t a, std::uint32_t b) { return best[a] != best[b] ? best[a] > best[b] : a < b; });
    order.resize(shown);
    result.classes = order;
    for (const std::uint32_t c : order) {
        std::vector<float>& values = result.values.emplace_back();
        for (const StateIndex state : result.states)
            values.push_back(probability(state, c));
    }
    return result;
}

ClassBars::ClassBars(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Class probabilities at the exits on the way"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ClassBars::setProbabilities(ClassProbabilities probabilities, const run::Run& run)
{
    shown_ = std::move(probabilities);
    names_.clear();
    columns_.clear();
    for (const std::uint32_t c : shown_.classes)
        names_ << className(run, static_cast<std::int32_t>(c));
    for (const StateIndex state : shown_.states)
        columns_ << tr("exit %1").arg(run.states[state.at()].exit.value + 1);
    updateGeometry();
    update();
}

QSize ClassBars::sizeHint() const
{
    return {240, headerHeight + rowHeight * static_cast<int>(shown_.classes.size())};
}

void ClassBars::paintEvent(QPaintEvent*)
{
    if (shown_.states.empty())
        return;
    QPainter painter(this);
    const plots::Theme theme = plots::Theme::of(palette());
    const int nameWidth = width() * 3 / 10;
    const double column = double(width() - nameWidth) / double(shown_.states.size());
    const double numberWidth = fontMetrics().horizontalAdvance(QStringLiteral("100")) + 3;
    painter.setPen(theme.muted);
    for (qsizetype i = 0; i < columns_.size(); ++i)
        painter.drawText(QRectF(nameWidth + column * double(i), 0, column - gap, headerHeight),
                         Qt::AlignLeft | Qt::AlignVCenter, columns_[i]);
    for (std::size_t row = 0; row < shown_.classes.size(); ++row) {
        const int top = headerHeight + rowHeight * static_cast<int>(row);
        const bool isLabel = static_cast<std::int32_t>(shown_.classes[row]) == shown_.label;
        QFont font = this->font();
        font.setBold(isLabel);
        painter.setFont(font);
        painter.setPen(theme.text);
        const QString name =
            fontMetrics().elidedText(names_[static_cast<qsizetype>(row)], Qt::ElideRight, nameWidth - gap);
        painter.drawText(QRect(0, top, nameWidth - gap, rowHeight), Qt::AlignLeft | Qt::AlignVCenter, name);
        painter.setFont(this->font());
        for (std::size_t i = 0; i < shown_.states.size(); ++i) {
            const QRectF cell(nameWidth + column * double(i), top + 3, column - gap, rowHeight - 6);
            const QRectF track = cell.adjusted(0, 0, -numberWidth, 0);
            painter.fillRect(track, theme.grid);
            QRectF bar = track;
            bar.setWidth(track.width() * double(shown_.values[row][i]));
            painter.fillRect(bar, shown_.label < 0 ? theme.neutral : isLabel ? theme.right : theme.wrong);
            painter.setPen(theme.text);
            painter.drawText(cell.adjusted(0, -3, 0, 3), Qt::AlignRight | Qt::AlignVCenter,
                             QString::number(100 * double(shown_.values[row][i]), 'f', 0));
        }
    }
}

}  // namespace exitscope::gui
