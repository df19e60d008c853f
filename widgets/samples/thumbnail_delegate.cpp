// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/samples/thumbnail_delegate.h"

#include <algorithm>
#include <cmath>

#include <QApplication>
#include <QPainter>

#include "widgets/plots/theme.h"
#include "widgets/samples/sample_model.h"

namespace exitscope::gui {
namespace {

constexpr int frame = 3;

void drawMark(QPainter& painter, const QRect& image, bool good, const plots::Theme& theme)
{
    const QRectF disc(image.right() - 13, image.bottom() - 13, 14, 14);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.background, 1.5));
    painter.setBrush(good ? theme.right : theme.wrong);
    painter.drawEllipse(disc);
    painter.setPen(QPen(theme.background, 1.8, Qt::SolidLine, Qt::RoundCap));
    const QPointF c = disc.center();
    if (good) {
        painter.drawLine(c + QPointF(-3, 0.5), c + QPointF(-1, 2.5));
        painter.drawLine(c + QPointF(-1, 2.5), c + QPointF(3, -2.5));
    } else {
        painter.drawLine(c + QPointF(-2.5, -2.5), c + QPointF(2.5, 2.5));
        painter.drawLine(c + QPointF(-2.5, 2.5), c + QPointF(2.5, -2.5));
    }
}

}  // namespace

QPixmap fitted(const QPixmap& pixmap, int side, qreal ratio)
{
    if (pixmap.isNull())
        return {};
    const int target = std::max(1, static_cast<int>(std::lround(side * ratio)));
    const bool enlarge = pixmap.width() <= target && pixmap.height() <= target;
    QPixmap scaled =
        pixmap.scaled(target, target, Qt::KeepAspectRatio, enlarge ? Qt::FastTransformation : Qt::SmoothTransformation);
    scaled.setDevicePixelRatio(ratio);
    return scaled;
}

ThumbnailDelegate::ThumbnailDelegate(int side, bool marks, QObject* parent)
    : QStyledItemDelegate(parent), side_(side), marks_(marks)
{
}

void ThumbnailDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    item.text.clear();
    item.icon = {};
    const QWidget* widget = option.widget;
    (widget ? widget->style() : QApplication::style())->drawControl(QStyle::CE_ItemViewItem, &item, painter, widget);

    const plots::Theme theme = plots::Theme::of(option.palette);
    const QRect square(option.rect.center().x() - side_ / 2, option.rect.center().y() - side_ / 2, side_, side_);
    const QPixmap pixmap =
        fitted(index.data(SampleModel::PixmapRole).value<QPixmap>(), side_, painter->device()->devicePixelRatioF());
    painter->save();
    if (pixmap.isNull()) {
        painter->fillRect(square, theme.grid);
    } else {
        const QSizeF size = pixmap.deviceIndependentSize();
        painter->drawPixmap(
            QPointF(square.center().x() + 0.5 - size.width() / 2, square.center().y() + 0.5 - size.height() / 2),
            pixmap);
    }
    if (const QVariant good = index.data(SampleModel::GoodRole); marks_ && good.isValid())
        drawMark(*painter, square, good.toBool(), theme);
    painter->restore();
}

QSize ThumbnailDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return {side_ + 2 * frame, side_ + 2 * frame};
}

}  // namespace exitscope::gui
