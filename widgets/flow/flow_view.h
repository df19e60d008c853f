// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "widgets/plots/flow.h"
#include "widgets/view/point_view.h"

class QStackedWidget;
class QToolButton;

namespace exitscope::gui {

class FactTable;
class Plot;

/// How the samples of the operating point flow from stage to stage and where they leave, as a Sankey diagram or as a
/// table. A click filters to the samples behind a ribbon, a bar or a row.
class FlowView : public PointView {
    Q_OBJECT
public:
    explicit FlowView(QWidget* parent = nullptr);

    [[nodiscard]] std::vector<Plot*> plots() const override { return {plot_}; }
    [[nodiscard]] std::vector<FactTable*> tables() const override { return {table_}; }

private:
    void basisChanged() override { parts_.clear(); }
    void drawPoint() override;
    void fillTable();
    void pick(std::size_t part);
    void moved(QMouseEvent* event);
    [[nodiscard]] QString hoverText(const plots::FlowPart& part) const;

    QStackedWidget* pages_ = nullptr;
    Plot* plot_ = nullptr;
    FactTable* table_ = nullptr;
    QToolButton* asTable_ = nullptr;
    std::vector<plots::FlowPart> parts_;
};

}  // namespace exitscope::gui
