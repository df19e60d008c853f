// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/analyse/analysis.h"

namespace exitscope::analyse {

/// The loss of accuracy that a first budget accepts unless somebody asks for another: half a percentage point.
inline constexpr double tolerated_drop = 0.005;

/// Relative cost of the policy's cheapest point that loses at most `drop` (a fraction) against the full model, both
/// measured on the fit split, so that the choice does not look at the test split. If no point does: the most expensive.
[[nodiscard]] double default_budget(const PolicyResult& policy, double drop);

/// Relative cost of the knee of the policy's curve on the fit split: the point highest above the straight line from its
/// cheapest to its most accurate point, both axes scaled to [0,1] (Satopää et al. 2011). Of one point: its cost.
[[nodiscard]] double knee_budget(const PolicyResult& policy);

}  // namespace exitscope::analyse
