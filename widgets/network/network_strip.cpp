// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/network/network_strip.h"

#include <algorithm>
#include <cmath>

#include <QAccessible>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "widgets/common/format.h"
#include "widgets/plots/theme.h"

namespace exitscope::gui {
namespace {

constexpr int tallest = 230;
constexpr int sideMargin = 32;  ///< half an exit's name sticks out
constexpr double candidateRadius = 4;
constexpr double chosenRadius = 5.5;
constexpr double ringRadius = 9;
constexpr double reach = 10;           ///< pixels from a mark in which a click is meant for it
constexpr double lowestBlock = 0.22;   ///< of the tallest one's height
constexpr double widestGapless = 3.0;  ///< pixels below which blocks touch

int exitsUntil(const std::vector<bool>& chosen, int cut)
{
    return static_cast<int>(std::count(chosen.begin(), chosen.begin() + cut, true));
}

}  // namespace

NetworkStrip::NetworkStrip(QWidget* parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("networkStrip"));
    setAccessibleName(tr("Network with its cut points"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::MinimumExpanding);
    setMaximumHeight(tallest);
}

void NetworkStrip::setPicture(const NetworkPicture& picture)
{
    picture_ = picture;
    chosen_.assign(picture_.cuts.size(), false);
    hovered_ = -1;
    current_ = picture_.cuts.empty() ? -1 : 0;
    announce();
    update();
}

void NetworkStrip::setChosen(const std::vector<bool>& chosen)
{
    chosen_ = chosen;
    chosen_.resize(picture_.cuts.size(), false);
    announce();
    update();
}

void NetworkStrip::setCurrent(int cut)
{
    if (cut == current_ || cut < 0 || cut >= static_cast<int>(picture_.cuts.size()))
        return;
    current_ = cut;
    announce();
    update();
}

QSize NetworkStrip::sizeHint() const
{
    return {720, 8 * fontMetrics().height() + 44};
}

QSize NetworkStrip::minimumSizeHint() const
{
    return {320, sizeHint().height()};
}

NetworkStrip::Rows NetworkStrip::rows() const
{
    const double line = fontMetrics().height();
    Rows rows{};
    rows.flags = line / 2 + 5;
    rows.top = line + 16;
    rows.axis = height() - line - 2;
    rows.marks = rows.axis - 14;
    rows.bottom = rows.marks - 14;
    return rows;
}

double NetworkStrip::x(double share) const
{
    return sideMargin + share * (width() - 2 * sideMargin);
}

QPoint NetworkStrip::markAt(int cut) const
{
    return QPointF(x(picture_.cuts[static_cast<std::size_t>(cut)].share), rows().marks).toPoint();
}

int NetworkStrip::cutAt(const QPointF& position) const
{
    int best = -1;
    double least = reach;
    for (std::size_t c = 0; c < picture_.cuts.size(); ++c)
        if (const double away = std::abs(x(picture_.cuts[c].share) - position.x()); away < least) {
            least = away;
            best = static_cast<int>(c);
        }
    return best;
}

QString NetworkStrip::describe(int cut) const
{
    const CutMark& mark = picture_.cuts[static_cast<std::size_t>(cut)];
    const QString state =
        chosen_[static_cast<std::size_t>(cut)] ? tr("exit %1").arg(exitsUntil(chosen_, cut) + 1) : tr("no exit");
    return tr("%1, %2, %3 of the cost, %4").arg(mark.tensor, mark.shape, percent(mark.share), state);
}

void NetworkStrip::announce()
{
    const QString description = current_ < 0 ? tr("no cut point") : describe(current_);
    if (description == accessibleDescription())
        return;
    setAccessibleDescription(description);
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

void NetworkStrip::moveTo(int cut)
{
    if (picture_.cuts.empty())
        return;
    const int before = current_;
    setCurrent(std::clamp(cut, 0, static_cast<int>(picture_.cuts.size()) - 1));
    if (current_ != before)
        emit currentChanged(current_);
}

bool NetworkStrip::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int cut = cutAt(help->pos());
    if (cut < 0) {
        QToolTip::hideText();
        return true;
    }
    const CutMark& mark = picture_.cuts[static_cast<std::size_t>(cut)];
    const std::int64_t before = cut > 0 ? picture_.cuts[static_cast<std::size_t>(cut) - 1].macs : 0;
    QToolTip::showText(help->globalPos(),
                       tr("%1\nshape %2, %3 values\nuntil here %4MAC, %5\nblock before it %6MAC")
                           .arg(mark.tensor, mark.shape, count(static_cast<std::size_t>(mark.values)),
                                quantity(double(mark.macs)), percent(mark.share), quantity(double(mark.macs - before))),
                       this);
    return true;
}

void NetworkStrip::mousePressEvent(QMouseEvent* event)
{
    const int cut = cutAt(event->position());
    if (event->button() != Qt::LeftButton || cut < 0)
        return;
    moveTo(cut);
    emit toggled(cut);
}

void NetworkStrip::mouseMoveEvent(QMouseEvent* event)
{
    const int cut = cutAt(event->position());
    if (cut == hovered_)
        return;
    hovered_ = cut;
    setCursor(cut < 0 ? Qt::ArrowCursor : Qt::PointingHandCursor);
    update();
}

void NetworkStrip::leaveEvent(QEvent*)
{
    hovered_ = -1;
    update();
}

void NetworkStrip::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Left: moveTo(current_ - 1); break;
    case Qt::Key_Right: moveTo(current_ + 1); break;
    case Qt::Key_Home: moveTo(0); break;
    case Qt::Key_End: moveTo(static_cast<int>(picture_.cuts.size()) - 1); break;
    case Qt::Key_Space:
        if (current_ >= 0)
            emit toggled(current_);
        break;
    default: QWidget::keyPressEvent(event);
    }
}

void NetworkStrip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    drawAxis(painter);
    drawBlocks(painter);
    drawMarks(painter);
    drawFlags(painter);
}

void NetworkStrip::drawBlocks(QPainter& painter) const
{
    const plots::Theme theme = plots::Theme::of(palette());
    const Rows row = rows();
    double fewest = std::max(picture_.inputValues, 2.0);
    double most = fewest;
    for (const CutMark& mark : picture_.cuts) {
        fewest = std::min(fewest, mark.values);
        most = std::max(most, mark.values);
    }
    const double octaves = std::max(std::log2(most / std::max(fewest, 1.0)), 1e-9);
    const auto exits = static_cast<std::size_t>(std::count(chosen_.begin(), chosen_.end(), true)) + 1;
    const std::vector<QColor> tones = plots::precision_colours(theme, exits);
    const double middle = (row.top + row.bottom) / 2;
    std::size_t stage = 0;
    double left = 0;
    for (std::size_t b = 0; b <= picture_.cuts.size(); ++b) {
        const bool last = b == picture_.cuts.size();
        const double right = last ? 1.0 : picture_.cuts[b].share;
        const double size = last ? 0.0 : std::log2(std::max(picture_.cuts[b].values / fewest, 1.0)) / octaves;
        const double tall = (row.bottom - row.top) * (lowestBlock + (1 - lowestBlock) * size);
        QRectF block(QPointF(x(left), middle - tall / 2), QPointF(x(right), middle + tall / 2));
        if (block.width() > widestGapless)
            block.adjust(0.75, 0, -0.75, 0);
        painter.setPen(Qt::NoPen);
        painter.setBrush(tones[std::min(stage, tones.size() - 1)]);
        painter.drawRoundedRect(block, 2, 2);
        if (!last && chosen_[b])
            ++stage;
        left = right;
    }
}

void NetworkStrip::drawMarks(QPainter& painter) const
{
    const plots::Theme theme = plots::Theme::of(palette());
    const Rows row = rows();
    const QColor accent = palette().color(QPalette::Active, QPalette::Highlight);
    for (std::size_t c = 0; c < picture_.cuts.size(); ++c) {
        const QPointF centre(x(picture_.cuts[c].share), row.marks);
        const int cut = static_cast<int>(c);
        if (!chosen_[c] && !isEnabled())
            continue;
        if (chosen_[c]) {
            painter.setPen(QPen(accent, 1.6));
            painter.drawLine(QPointF(centre.x(), row.flags), centre);
        }
        if (cut == hovered_ || (cut == current_ && hasFocus())) {
            painter.setPen(QPen(cut == current_ && hasFocus() ? theme.text : theme.muted, 1.4));
            painter.setBrush(Qt::NoBrush);
            painter.drawEllipse(centre, ringRadius, ringRadius);
        }
        painter.setPen(QPen(chosen_[c] ? accent : theme.muted, 1.4));
        painter.setBrush(chosen_[c] ? accent : palette().color(QPalette::Base));
        const double radius = chosen_[c] ? chosenRadius : candidateRadius;
        painter.drawEllipse(centre, radius, radius);
    }
}

/// Names above the exits; only their numbers where names would overlap.
void NetworkStrip::drawFlags(QPainter& painter) const
{
    const Rows row = rows();
    std::vector<double> shares;
    for (std::size_t c = 0; c < picture_.cuts.size(); ++c)
        if (chosen_[c])
            shares.push_back(picture_.cuts[c].share);
    shares.push_back(1);  // the network's own answer
    const double wide = fontMetrics().horizontalAdvance(tr("exit %1").arg(shares.size())) + 14;
    bool room = true;
    for (std::size_t e = 1; e < shares.size(); ++e)
        room = room && x(shares[e]) - x(shares[e - 1]) > wide + 3;
    const QColor accent = palette().color(QPalette::Active, QPalette::Highlight);
    const QColor muted = plots::Theme::of(palette()).muted;
    for (std::size_t e = 0; e < shares.size(); ++e) {
        const bool own = e + 1 == shares.size();
        const QString label = room ? tr("exit %1").arg(e + 1) : QString::number(e + 1);
        const double width = fontMetrics().horizontalAdvance(label) + (room ? 14 : 8);
        const double height = fontMetrics().height() + 4;
        const QRectF pill(x(shares[e]) - width / 2, row.flags - height / 2, width, height);
        if (own) {
            painter.setPen(QPen(muted, 1.2));
            painter.drawLine(QPointF(x(1), row.flags), QPointF(x(1), row.marks));
        }
        painter.setPen(own ? QPen(muted, 1.2) : QPen(Qt::NoPen));
        painter.setBrush(own ? palette().color(QPalette::Base) : accent);
        painter.drawRoundedRect(pill, height / 2, height / 2);
        painter.setPen(palette().color(QPalette::Active, own ? QPalette::Text : QPalette::HighlightedText));
        painter.drawText(pill, Qt::AlignCenter, label);
    }
}

void NetworkStrip::drawAxis(QPainter& painter) const
{
    const plots::Theme theme = plots::Theme::of(palette());
    const Rows row = rows();
    painter.fillRect(rect(), palette().color(QPalette::Base));
    painter.setPen(QPen(theme.grid, 1));
    for (int quarter = 0; quarter <= 4; ++quarter)
        painter.drawLine(QPointF(x(quarter / 4.0), row.top), QPointF(x(quarter / 4.0), row.marks));
    painter.setPen(QPen(theme.muted, 1));
    painter.drawLine(QPointF(x(0), row.marks), QPointF(x(1), row.marks));
    for (int quarter = 0; quarter <= 4; ++quarter) {
        const QRectF place(x(quarter / 4.0) - 60, row.axis, 120, fontMetrics().height());
        painter.drawText(place, Qt::AlignCenter, percent(quarter / 4.0, 0));
    }
}

}  // namespace exitscope::gui
