// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace exitscope::gui {

/// Draws SampleModel::PixmapRole in a square of a given side, without smoothing when enlarged; in the grid with a mark
/// whose colour and shape tell right from wrong.
class ThumbnailDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    ThumbnailDelegate(int side, bool marks, QObject* parent = nullptr);

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    int side_;
    bool marks_;
};

/// `pixmap` fitted into a square of `side` logical pixels, enlarged by whole pixels, shrunk smoothly.
[[nodiscard]] QPixmap fitted(const QPixmap& pixmap, int side, qreal ratio);

}  // namespace exitscope::gui
