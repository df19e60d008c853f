// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/analysis/report/exit_shares.h"
#include "widgets/view/point_view.h"

namespace exitscope::gui {

class Plot;

/// Where the samples of the operating point leave, right and wrong, and at which precision. A click on a bar filters.
class ExitSharesView : public PointView {
    Q_OBJECT
public:
    explicit ExitSharesView(QWidget* parent = nullptr);

    [[nodiscard]] std::vector<Plot*> plots() const override { return {plot_}; }

private:
    void drawPoint() override;
    void pick(const QPointF& position);

    Plot* plot_ = nullptr;
    report::ExitShares shares_;  ///< as drawn
};

}  // namespace exitscope::gui
