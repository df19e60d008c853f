// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>

#include <QHeaderView>

namespace exitscope::gui {

/// Titles of a table that is as narrow as its facts: keeps no room for the mark of the sorted column, which stands
/// above the title.
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
