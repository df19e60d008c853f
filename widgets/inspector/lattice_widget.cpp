// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/inspector/lattice_widget.h"

#include <algorithm>

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include "widgets/common/format.h"
#include "widgets/plots/theme.h"

namespace exitscope::gui {
namespace {

constexpr int rowHeight = 30;
constexpr int headerHeight = 20;
constexpr double radius = 9;

void drawSign(QPainter& painter, const QPointF& c, bool good)
{
    if (good) {
        painter.drawLine(c + QPointF(-3.5, 0.5), c + QPointF(-1, 3));
        painter.drawLine(c + QPointF(-1, 3), c + QPointF(4, -3));
    } else {
        painter.drawLine(c + QPointF(-3, -3), c + QPointF(3, 3));
        painter.drawLine(c + QPointF(-3, 3), c + QPointF(3, -3));
    }
}

}  // namespace

LatticeWidget::LatticeWidget(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Way through the state tree"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void LatticeWidget::setLattice(std::vector<LatticeNode> nodes, const run::Run& run, const QStringList& toolTips)
{
    nodes_ = std::move(nodes);
    toolTips_ = toolTips;
    stages_ = run.exit_count();
    precisions_.clear();
    labelWidth_ = 0;
    for (const Precision precision : run.precisions) {
        precisions_ << text(precision.name());
        labelWidth_ = std::max(labelWidth_, fontMetrics().horizontalAdvance(precisions_.back()) + 10);
    }
    QStringList taken;
    for (std::size_t i = 0; i < nodes_.size(); ++i)
        if (nodes_[i].taken)
            taken << toolTips_[static_cast<qsizetype>(i)];
    setAccessibleDescription(taken.join(QStringLiteral("; ")));
    updateGeometry();
    update();
}

QSize LatticeWidget::sizeHint() const
{
    return {labelWidth_ + static_cast<int>(stages_) * 36,
            headerHeight + rowHeight * static_cast<int>(precisions_.size())};
}

QPointF LatticeWidget::centre(const LatticeNode& node) const
{
    const double column = double(width() - labelWidth_) / double(std::max<std::size_t>(stages_, 1));
    const auto row = static_cast<double>(static_cast<std::size_t>(precisions_.size()) - 1 - node.precision);
    return {labelWidth_ + column * (double(node.stage) + 0.5), headerHeight + rowHeight * (row + 0.5)};
}

void LatticeWidget::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const plots::Theme theme = plots::Theme::of(palette());
    painter.setPen(theme.muted);
    const double column = double(width() - labelWidth_) / double(std::max<std::size_t>(stages_, 1));
    for (std::size_t stage = 0; stage < stages_; ++stage)
        painter.drawText(QRectF(labelWidth_ + column * double(stage), 0, column, headerHeight - 2), Qt::AlignCenter,
                         tr("exit %1").arg(stage + 1));
    for (qsizetype p = 0; p < precisions_.size(); ++p)
        painter.drawText(
            QRectF(0, headerHeight + rowHeight * double(precisions_.size() - 1 - p), labelWidth_, rowHeight),
            Qt::AlignLeft | Qt::AlignVCenter, precisions_[p]);

    // lines: from the way to its alternatives thin, along the way bold
    const LatticeNode* before = nullptr;
    for (std::size_t stage = 0; stage < stages_; ++stage) {
        const LatticeNode* taken = nullptr;
        for (const LatticeNode& node : nodes_) {
            if (node.stage != stage)
                continue;
            if (node.taken)
                taken = &node;
            if (before && !node.taken) {
                painter.setPen(QPen(theme.grid, 1.2, before->left ? Qt::DotLine : Qt::SolidLine));
                painter.drawLine(centre(*before), centre(node));
            }
        }
        if (before && taken) {
            painter.setPen(QPen(theme.accent, 2.6, Qt::SolidLine, Qt::RoundCap));
            painter.drawLine(centre(*before), centre(*taken));
        }
        before = taken;
    }
    for (const LatticeNode& node : nodes_) {
        const QPointF c = centre(node);
        const QColor colour = !node.good ? theme.neutral : *node.good ? theme.right : theme.wrong;
        if (node.left) {
            painter.setPen(QPen(theme.accent, 2));
            painter.setBrush(Qt::NoBrush);
            painter.drawEllipse(c, radius + 3.5, radius + 3.5);
        }
        painter.setPen(QPen(colour, 1.6));
        painter.setBrush(node.taken ? colour : theme.background);
        painter.drawEllipse(c, radius, radius);
        painter.setPen(QPen(node.taken ? theme.background : colour, 1.8, Qt::SolidLine, Qt::RoundCap));
        if (node.good)
            drawSign(painter, c, *node.good);
    }
}

bool LatticeWidget::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const QPointF away = centre(nodes_[i]) - QPointF(help->pos());
        if (QPointF::dotProduct(away, away) < 2 * radius * radius) {
            QToolTip::showText(help->globalPos(), toolTips_[static_cast<qsizetype>(i)], this);
            return true;
        }
    }
    QToolTip::hideText();
    return true;
}

}  // namespace exitscope::gui
