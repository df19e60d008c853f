// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "widgets/plots/confusion.h"
#include "widgets/view/point_view.h"

class QCheckBox;
class QComboBox;

namespace exitscope::gui {

class FactTable;
class Plot;

/// Which classes are taken for which at the operating point: a matrix and the pairs confused most. A click filters.
class ConfusionView : public PointView {
    Q_OBJECT
public:
    explicit ConfusionView(QWidget* parent = nullptr);

    [[nodiscard]] std::vector<Plot*> plots() const override { return {plot_}; }
    [[nodiscard]] std::vector<FactTable*> tables() const override { return {table_}; }

private:
    void basisChanged() override;
    void drawPoint() override;
    void fillTable();
    void pick(std::uint32_t truth, std::uint32_t answer);
    void moved(QMouseEvent* event);

    Plot* plot_ = nullptr;
    FactTable* table_ = nullptr;
    QComboBox* scope_ = nullptr;
    QComboBox* values_ = nullptr;
    QComboBox* order_ = nullptr;
    QCheckBox* difference_ = nullptr;
    plots::ConfusionContent content_;
    std::vector<analyse::ConfusedPair> pairs_;
};

}  // namespace exitscope::gui
