// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

#include "core/analysis/analyse/analysis.h"

namespace exitscope::analyse {

/// Where the trade-off curves of a run start: its cheapest state.
struct CurveStart {
    double relative_cost = 0;
    double accuracy = 0;  ///< on the test split, 0 without labels
};

/// A curve of `points` budgets, evenly spaced from the start's relative cost to 1, scored on the test split. Budgets
/// below what the policy reaches are left out; its own cheapest point comes first then. Each point equals what decide()
/// gives at its budget.
[[nodiscard]] Curve trade_off(const PolicyResult& policy, const CurveStart& start, std::size_t points);

}  // namespace exitscope::analyse
