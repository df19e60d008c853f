// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/analysis/analyse/proportion.h"

namespace exitscope::analyse {

/// A point of a trade-off curve: chosen on the fit split, scored on the test split.
struct CurvePoint {
    double knob = 0;
    double budget = 0;         ///< asked relative cost (met on the fit split)
    double relative_cost = 0;  ///< realised on the test split
    Proportion accuracy;       ///< on the test split
};
struct Curve {
    std::string policy;
    std::vector<CurvePoint> points;  ///< ascending budget
    /// Mean test accuracy over the relative costs [area_low, 1], the same interval for all policies of a run: the
    /// curve runs straight between the policy's own points as scored on the test split (a step where it does not mix),
    /// straight from the run's cheapest state to the policy's first point, and flat after its last. 0 without labels.
    double area = 0;
    double area_low = 0;  ///< the cheapest state's relative cost
};

}  // namespace exitscope::analyse
