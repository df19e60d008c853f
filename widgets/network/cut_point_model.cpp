// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/network/cut_point_model.h"

#include <algorithm>

#include "widgets/common/format.h"

namespace exitscope::gui {

void CutPointModel::setPicture(const NetworkPicture& picture)
{
    beginResetModel();
    picture_ = picture;
    chosen_.assign(picture_.cuts.size(), false);
    endResetModel();
    emit choiceChanged();
}

void CutPointModel::setChosen(const std::vector<bool>& chosen)
{
    if (chosen.size() != chosen_.size() || chosen == chosen_)
        return;
    chosen_ = chosen;
    emit dataChanged(index(0, 0), index(rowCount() - 1, columns - 1));
    emit choiceChanged();
}

void CutPointModel::toggle(int cut)
{
    std::vector<bool> changed = chosen_;
    changed[static_cast<std::size_t>(cut)].flip();
    setChosen(changed);
}

int CutPointModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(picture_.cuts.size());
}

int CutPointModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : columns;
}

QVariant CutPointModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const auto row = static_cast<std::size_t>(index.row());
    const CutMark& mark = picture_.cuts[row];
    if (role == Qt::CheckStateRole && index.column() == tensor)
        return chosen_[row] ? Qt::Checked : Qt::Unchecked;
    if (role == Qt::ToolTipRole)
        return mark.tensor;
    if (role == Qt::TextAlignmentRole)
        return QVariant((index.column() <= shape ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role == Qt::AccessibleTextRole && index.column() == tensor)
        return chosen_[row] ? tr("%1, gets an exit").arg(mark.tensor) : tr("%1, no exit").arg(mark.tensor);
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case tensor: return mark.tensor;
    case shape: return mark.shape;
    case share: return percent(mark.share);
    case macs: return quantity(double(mark.macs));
    default: return {};
    }
}

bool CutPointModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!index.isValid() || index.column() != tensor || role != Qt::CheckStateRole)
        return false;
    if ((value.toInt() == Qt::Checked) != chosen_[static_cast<std::size_t>(index.row())])
        toggle(index.row());
    return true;
}

Qt::ItemFlags CutPointModel::flags(const QModelIndex& index) const
{
    Qt::ItemFlags flags = QAbstractTableModel::flags(index) | Qt::ItemNeverHasChildren;
    if (index.isValid() && index.column() == tensor)
        flags |= Qt::ItemIsUserCheckable;
    return flags;
}

QVariant CutPointModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((section <= shape ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole) {
        switch (section) {
        case tensor: return tr("Tensor through which everything that follows must pass");
        case shape: return tr("Its shape for one image");
        case share: return tr("Cost until here, relative to the whole network");
        case macs: return tr("Multiply-accumulates per image up to here");
        default: return {};
        }
    }
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case tensor: return tr("Cut point");
    case shape: return tr("Shape");
    case share: return tr("Cost");
    case macs: return tr("MACs");
    default: return {};
    }
}

}  // namespace exitscope::gui
