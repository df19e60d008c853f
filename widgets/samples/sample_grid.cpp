// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/samples/sample_grid.h"

#include <algorithm>

#include <QPaintEvent>
#include <QPainter>
#include <QScrollBar>

namespace exitscope::gui {

SampleGrid::SampleGrid(int side, QWidget* parent) : QListView(parent), side_(side)
{
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(ScrollPerPixel);
    setSelectionMode(SingleSelection);
    setSelectionBehavior(SelectRows);
    setUniformItemSizes(true);
}

int SampleGrid::items() const
{
    return model() ? model()->rowCount(rootIndex()) : 0;
}

int SampleGrid::columns() const
{
    return std::max(1, viewport()->width() / side_);
}

int SampleGrid::rows() const
{
    return (items() + columns() - 1) / columns();
}

int SampleGrid::verticalOffset() const
{
    return verticalScrollBar()->value();
}

QRect SampleGrid::visualRect(const QModelIndex& index) const
{
    if (!index.isValid())
        return {};
    return {index.row() % columns() * side_, index.row() / columns() * side_ - verticalOffset(), side_, side_};
}

QModelIndex SampleGrid::indexAt(const QPoint& point) const
{
    const int column = point.x() / side_;
    const int y = point.y() + verticalOffset();
    if (point.x() < 0 || y < 0 || column >= columns())
        return {};
    const qint64 item = qint64(y / side_) * columns() + column;
    return item < items() ? model()->index(int(item), modelColumn(), rootIndex()) : QModelIndex();
}

void SampleGrid::scrollTo(const QModelIndex& index, ScrollHint hint)
{
    const QRect cell = visualRect(index);
    if (cell.isNull())
        return;
    const int height = viewport()->height();
    QScrollBar* bar = verticalScrollBar();
    if (hint == PositionAtCenter)
        bar->setValue(bar->value() + cell.center().y() - height / 2);
    else if (hint == PositionAtTop || cell.top() < 0)
        bar->setValue(bar->value() + cell.top());
    else if (hint == PositionAtBottom || cell.bottom() >= height)
        bar->setValue(bar->value() + cell.bottom() + 1 - height);
}

// QListView would lay out every item; this grid knows where each one is.
// NOLINTBEGIN(bugprone-parent-virtual-call)
void SampleGrid::doItemsLayout()
{
    QAbstractItemView::doItemsLayout();
}

void SampleGrid::reset()
{
    QAbstractItemView::reset();
    updateGeometries();
}

void SampleGrid::updateGeometries()
{
    const int height = viewport()->height();
    QScrollBar* bar = verticalScrollBar();
    bar->setSingleStep(side_ / 2);
    bar->setPageStep(height);
    bar->setRange(0, std::max(0, rows() * side_ - height));
    QAbstractItemView::updateGeometries();
}

void SampleGrid::resizeEvent(QResizeEvent* event)
{
    // the first image in sight stays in sight when the columns change
    const int before = std::max(1, event->oldSize().width() / side_);
    const int first = (verticalOffset() + side_ - 1) / side_ * before;
    QAbstractItemView::resizeEvent(event);
    updateGeometries();
    if (before != columns() && first > 0)
        verticalScrollBar()->setValue(first / columns() * side_);
}

void SampleGrid::scrollContentsBy(int, int dy)
{
    viewport()->scroll(0, dy);
}

void SampleGrid::dataChanged(const QModelIndex&, const QModelIndex&, const QList<int>&)
{
    viewport()->update();
}

void SampleGrid::rowsInserted(const QModelIndex& parent, int start, int end)
{
    QAbstractItemView::rowsInserted(parent, start, end);
    updateGeometries();
    viewport()->update();
}

void SampleGrid::rowsAboutToBeRemoved(const QModelIndex& parent, int start, int end)
{
    QAbstractItemView::rowsAboutToBeRemoved(parent, start, end);
    viewport()->update();
}
// NOLINTEND(bugprone-parent-virtual-call)

void SampleGrid::paintEvent(QPaintEvent* event)
{
    QPainter painter(viewport());
    QStyleOptionViewItem option;
    initViewItemOption(&option);
    const QModelIndex current = currentIndex();
    const QModelIndex hovered = indexAt(viewport()->mapFromGlobal(QCursor::pos()));
    const int first = (event->rect().top() + verticalOffset()) / side_ * columns();
    const int last = std::min(items(), ((event->rect().bottom() + verticalOffset()) / side_ + 1) * columns());
    for (int item = std::max(0, first); item < last; ++item) {
        const QModelIndex index = model()->index(item, modelColumn(), rootIndex());
        option.rect = visualRect(index);
        option.state.setFlag(QStyle::State_Selected, selectionModel()->isSelected(index));
        option.state.setFlag(QStyle::State_HasFocus, hasFocus() && index.row() == current.row());
        option.state.setFlag(QStyle::State_MouseOver, viewport()->underMouse() && index == hovered);
        itemDelegateForIndex(index)->paint(&painter, option, index);
    }
}

QModelIndex SampleGrid::moveCursor(CursorAction action, Qt::KeyboardModifiers)
{
    const int count = items();
    if (count == 0)
        return {};
    const QModelIndex current = currentIndex();
    if (!current.isValid())
        return model()->index(0, modelColumn(), rootIndex());
    const int page = std::max(1, viewport()->height() / side_) * columns();
    int item = current.row();
    switch (action) {
    case MoveLeft:
    case MovePrevious: item -= 1; break;
    case MoveRight:
    case MoveNext: item += 1; break;
    case MoveUp: item -= item >= columns() ? columns() : 0; break;
    case MoveDown: item += item + columns() < count ? columns() : 0; break;
    case MovePageUp: item -= page; break;
    case MovePageDown: item += page; break;
    case MoveHome: item = 0; break;
    case MoveEnd: item = count - 1; break;
    }
    return model()->index(std::clamp(item, 0, count - 1), modelColumn(), rootIndex());
}

void SampleGrid::setSelection(const QRect& rect, QItemSelectionModel::SelectionFlags flags)
{
    const QModelIndex index = indexAt(rect.center());
    selectionModel()->select(index.isValid() ? QItemSelection(index, index) : QItemSelection(), flags);
}

QRegion SampleGrid::visualRegionForSelection(const QItemSelection& selection) const
{
    QRegion region;
    for (const QItemSelectionRange& range : selection)
        for (int item = range.top(); item <= range.bottom(); ++item)
            region += visualRect(model()->index(item, modelColumn(), rootIndex()));
    return region;
}

}  // namespace exitscope::gui
