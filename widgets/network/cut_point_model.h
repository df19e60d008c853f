// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QAbstractTableModel>

#include "widgets/network/network_picture.h"

namespace exitscope::gui {

/// Table model of the cut points of a network, one per row, each with a check box that gives it an exit.
class CutPointModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { tensor, shape, share, macs, columns };

    using QAbstractTableModel::QAbstractTableModel;

    void setPicture(const NetworkPicture& picture);
    void setChosen(const std::vector<bool>& chosen);
    [[nodiscard]] const std::vector<bool>& chosen() const { return chosen_; }
    void toggle(int cut);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;

signals:
    void choiceChanged();

private:
    NetworkPicture picture_;
    std::vector<bool> chosen_;
};

}  // namespace exitscope::gui
