// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QWidget>

#include "widgets/common/operating_point.h"
#include "widgets/filters/filter.h"
#include "widgets/plots/flow.h"

class QStackedWidget;
class QToolButton;

namespace exitscope::gui {

class FactTable;
class HintStack;
class Plot;

/// How the samples of the operating point flow from stage to stage and where they leave, as a Sankey diagram or as a
/// table. A click filters to the samples behind a ribbon, a bar or a row.
class FlowView : public QWidget {
    Q_OBJECT
public:
    explicit FlowView(QWidget* parent = nullptr);

    /// `point` stays alive and at its place as long as the view; null = hint.
    void setPoint(const OperatingPoint* point);
    void update();
    [[nodiscard]] Plot* plot() const { return plot_; }
    [[nodiscard]] FactTable* table() const { return table_; }

signals:
    void filtersPicked(const std::vector<exitscope::gui::Filter>& filters);

protected:
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void refresh();
    void fillTable();
    void pick(std::size_t part);
    void moved(QMouseEvent* event);
    [[nodiscard]] QString hoverText(const plots::FlowPart& part) const;

    HintStack* hint_ = nullptr;
    QStackedWidget* pages_ = nullptr;
    Plot* plot_ = nullptr;
    FactTable* table_ = nullptr;
    QToolButton* asTable_ = nullptr;
    const OperatingPoint* point_ = nullptr;
    std::vector<plots::FlowPart> parts_;
    bool stale_ = true;
};

}  // namespace exitscope::gui
