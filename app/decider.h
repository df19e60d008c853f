// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "app/point_pool.h"
#include "core/analysis/analyse/stepper.h"
#include "widgets/common/operating_point.h"

namespace exitscope::app {

/// Makes one operating point after another, each from the one before where the budget alone has changed.
class Decider {
public:
    Decider();

    /// Never null and never changed: every decision makes another one.
    [[nodiscard]] const gui::OperatingPointPtr& point() const { return point_; }

    /// Nothing is decided on `run` yet.
    void forget(run::RunPtr run, const cost::Costs& costs);

    struct Step {
        bool otherGraph = false;  ///< the states are numbered in another way than those of the point before
        /// The samples that differ from the point before, ascending; empty optional: all may.
        std::optional<std::vector<SampleIndex>> changed;
    };
    Step decide(const std::shared_ptr<analyse::Stepper>& fit, double budget);

private:
    PointPool points_;
    gui::OperatingPointPtr point_;
    std::shared_ptr<analyse::Stepper> last_;  ///< whose decisions point_ holds
};

}  // namespace exitscope::app
