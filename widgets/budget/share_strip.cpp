// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/budget/share_strip.h"

#include <QPainter>

#include "widgets/common/format.h"
#include "widgets/plots/theme.h"

namespace exitscope::gui {

ShareStrip::ShareStrip(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void ShareStrip::setShares(const std::vector<double>& shares)
{
    shares_ = shares;
    QStringList lines;
    for (std::size_t i = 0; i < shares.size(); ++i)
        lines << tr("exit %1: %2").arg(i + 1).arg(percent(shares[i]));
    setToolTip(lines.join(QLatin1Char('\n')));
    setAccessibleDescription(lines.join(QStringLiteral(", ")));
    update();
}

QSize ShareStrip::sizeHint() const
{
    return {150, fontMetrics().height() + 4};
}

void ShareStrip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const plots::Theme theme = plots::Theme::of(palette());
    if (shares_.empty()) {
        painter.fillRect(rect(), theme.grid);
        return;
    }
    const std::vector<QColor> tones = plots::precision_colours(theme, shares_.size());
    double left = 0;
    for (std::size_t i = 0; i < shares_.size(); ++i) {
        const double width = shares_[i] * this->width();
        const QRectF piece(left, 0, width, height());
        left += width;
        painter.fillRect(piece, tones[i]);
        const QString label = QString::number(100 * shares_[i], 'f', 0);
        if (fontMetrics().horizontalAdvance(label) + 6 > width)
            continue;
        painter.setPen(tones[i].lightness() > 128 ? QColor(0x10, 0x18, 0x20) : QColor(Qt::white));
        painter.drawText(piece, Qt::AlignCenter, label);
    }
}

}  // namespace exitscope::gui
