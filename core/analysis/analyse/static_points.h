// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/analysis/analyse/proportion.h"
#include "core/analysis/cost/cost.h"
#include "core/analysis/run/run.h"

namespace exitscope::analyse {

/// Fixed models: every state as (relative cost, test accuracy).
struct StaticPoint {
    StateIndex state;
    double relative_cost = 0;
    Proportion accuracy;
};
/// Accuracy of one state on the labelled test samples.
[[nodiscard]] Proportion state_accuracy(const run::Run& run, StateIndex state);
/// Accuracy of the full model by itself on the test split: the reference of every drop.
[[nodiscard]] Proportion full_accuracy(const run::Run& run);
[[nodiscard]] std::vector<StaticPoint> static_points(const run::Run& run, const cost::Costs& costs);

}  // namespace exitscope::analyse
