// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>

#include <QHeaderView>

namespace exitscope::gui {

/// Header of a table with narrow columns: the arrow of the sorted column is drawn above the title and needs no width.
class FactHeader : public QHeaderView {
public:
    explicit FactHeader(QWidget* parent) : QHeaderView(Qt::Horizontal, parent) { setSectionsClickable(true); }

protected:
    QSize sectionSizeFromContents(int section) const override
    {
        constexpr int margin = 12;
        constexpr int rounding = 1;  // text at twice the scale is that much wider than metrics say
        const QString title = model()->headerData(section, Qt::Horizontal).toString();
        const QSize size = QHeaderView::sectionSizeFromContents(section);
        return {std::min(size.width(), fontMetrics().horizontalAdvance(title) + 2 * margin) + rounding, size.height()};
    }
};

}  // namespace exitscope::gui
