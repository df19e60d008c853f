// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QWidget>

#include "widgets/common/operating_point.h"
#include "widgets/filters/filter.h"

namespace exitscope::gui {

class FactTable;
class Plot;

/// A view of the window as the window knows it: it is given every operating point, and says which of its parts can be
/// exported and which samples the user has picked. Title, dock and key are those of its line in the list of views.
class View : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;

    /// The point to show from now on, decided; null: another run is open, or none. Views that show other things of a
    /// run do nothing.
    virtual void setPoint(OperatingPointPtr point) = 0;
    /// What is copied, exported and printed, all there is during the view's whole life.
    [[nodiscard]] virtual std::vector<Plot*> plots() const { return {}; }
    [[nodiscard]] virtual std::vector<FactTable*> tables() const { return {}; }

signals:
    void filtersPicked(const std::vector<exitscope::gui::Filter>& filters);
};

}  // namespace exitscope::gui
