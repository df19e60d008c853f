// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QListView>

namespace exitscope::gui {

/// A list as a grid of equal cells, row by row. The position of an item is computed from its index, so that the time
/// depends only on the items on screen, even with millions of items; QListView itself visits all of them per layout.
class SampleGrid : public QListView {
    Q_OBJECT
public:
    /// `side` of a cell in logical pixels.
    explicit SampleGrid(int side, QWidget* parent = nullptr);

    [[nodiscard]] QRect visualRect(const QModelIndex& index) const override;
    [[nodiscard]] QModelIndex indexAt(const QPoint& point) const override;
    void scrollTo(const QModelIndex& index, ScrollHint hint = EnsureVisible) override;
    void doItemsLayout() override;
    void reset() override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void updateGeometries() override;
    void dataChanged(const QModelIndex& topLeft, const QModelIndex& bottomRight, const QList<int>& roles) override;
    void rowsInserted(const QModelIndex& parent, int start, int end) override;
    void rowsAboutToBeRemoved(const QModelIndex& parent, int start, int end) override;
    [[nodiscard]] int horizontalOffset() const override { return 0; }
    [[nodiscard]] int verticalOffset() const override;
    QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;
    void setSelection(const QRect& rect, QItemSelectionModel::SelectionFlags flags) override;
    [[nodiscard]] QRegion visualRegionForSelection(const QItemSelection& selection) const override;

private:
    [[nodiscard]] int items() const;
    [[nodiscard]] int columns() const;
    [[nodiscard]] int rows() const;

    int side_;
};

}  // namespace exitscope::gui
