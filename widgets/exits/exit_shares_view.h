// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "widgets/common/point_view.h"
#include "widgets/filters/filter.h"

namespace exitscope::gui {

class Plot;

/// Where the samples of the operating point leave, right and wrong, and at which precision. A click on a bar filters.
class ExitSharesView : public PointView {
    Q_OBJECT
public:
    explicit ExitSharesView(QWidget* parent = nullptr);

    [[nodiscard]] Plot* plot() const { return plot_; }

signals:
    void filtersPicked(const std::vector<exitscope::gui::Filter>& filters);

private:
    void drawPoint() override;
    void clicked(QMouseEvent* event);

    Plot* plot_ = nullptr;
};

}  // namespace exitscope::gui
