// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QWidget>

#include "widgets/common/operating_point.h"
#include "widgets/filters/filter.h"

namespace exitscope::gui {

class HintStack;
class Plot;

/// Where the samples of the operating point leave, right and wrong, and at which precision. A click on a bar filters.
class ExitSharesView : public QWidget {
    Q_OBJECT
public:
    explicit ExitSharesView(QWidget* parent = nullptr);

    /// `point` stays alive and at its place as long as the view; null = hint.
    void setPoint(const OperatingPoint* point);
    void update();
    [[nodiscard]] Plot* plot() const { return plot_; }

signals:
    void filtersPicked(const std::vector<exitscope::gui::Filter>& filters);

protected:
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void refresh();
    void clicked(QMouseEvent* event);

    HintStack* hint_ = nullptr;
    Plot* plot_ = nullptr;
    const OperatingPoint* point_ = nullptr;
    bool stale_ = true;
};

}  // namespace exitscope::gui
