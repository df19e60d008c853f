// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QAbstractTableModel>

#include "core/analysis/analyse/explain.h"

namespace exitscope::gui {

/// Why a sample left at this gate or went on, in the window's language.
[[nodiscard]] QString reasonText(const analyse::GateVisit& visit);

/// The gates on one sample's way, one row each, as analyse::explain() reports them.
class GateModel : public QAbstractTableModel {
    Q_OBJECT
public:
    explicit GateModel(QObject* parent = nullptr) : QAbstractTableModel(parent) {}

    void setVisits(run::RunPtr run, std::vector<analyse::GateVisit> visits);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    enum Column { gate, answer, confidence, errorHere, errorBest, costBest, columns };
    run::RunPtr run_;
    std::vector<analyse::GateVisit> visits_;
};

}  // namespace exitscope::gui
