// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QAbstractTableModel>

#include "core/network/exits/attach.h"

namespace exitscope::gui {

/// Table model of the exits of a network after exits were attached, one per row, the network's own included.
class AttachedModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { exit, tensor, head, headMacs, macs, share, accuracy, columns };

    using QAbstractTableModel::QAbstractTableModel;

    void setExits(std::vector<exits::AttachedExit> exits);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;

private:
    std::vector<exits::AttachedExit> exits_;
};

}  // namespace exitscope::gui
