// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/network/attached_model.h"

#include <utility>

#include "widgets/common/format.h"

namespace exitscope::gui {

void AttachedModel::setExits(std::vector<exits::AttachedExit> exits)
{
    beginResetModel();
    exits_ = std::move(exits);
    endResetModel();
}

int AttachedModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(exits_.size());
}

int AttachedModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : columns;
}

QVariant AttachedModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const exits::AttachedExit& row = exits_[static_cast<std::size_t>(index.row())];
    if (role == Qt::ToolTipRole && index.column() == tensor)
        return text(row.tensor);
    if (role == Qt::TextAlignmentRole)
        return QVariant((index.column() <= head ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case exit: return QString::number(index.row() + 1);
    case tensor: return text(row.tensor);
    case head: return row.head ? text(exits::name(*row.head)) : tr("own");
    case headMacs: return row.head ? quantity(double(row.head_macs)) : QStringLiteral("-");
    case macs: return quantity(double(row.macs));
    case share: return percent(row.relative_macs);
    case accuracy: return row.accuracy ? percent(*row.accuracy) : QStringLiteral("-");
    default: return {};
    }
}

QVariant AttachedModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((section <= head ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole) {
        switch (section) {
        case headMacs: return tr("Multiply-accumulates per image of the head alone");
        case macs: return tr("Multiply-accumulates per image that leaves here, earlier heads included");
        case share: return tr("The same relative to the network without the new exits");
        case accuracy: return tr("On the held-out images");
        default: return {};
        }
    }
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case exit: return tr("Exit");
    case tensor: return tr("Tensor");
    case head: return tr("Head");
    case headMacs: return tr("Head's MACs");
    case macs: return tr("MACs");
    case share: return tr("Relative");
    case accuracy: return tr("Held-out accuracy");
    default: return {};
    }
}

}  // namespace exitscope::gui
