// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/analysis/analyse/analysis.h"

namespace exitscope::report {

/// Numbers read off a curve between its points, all as scored on the test split (methods.md#curves).

/// Accuracy at a relative cost, interpolated linearly between the neighbouring points; nullopt below the curve's
/// cheapest point or without labels. Above its most expensive point: the accuracy of that point.
[[nodiscard]] std::optional<double> accuracy_at(const analyse::Curve& curve, double relative_cost);

/// Smallest relative cost at which the curve reaches `accuracy`, interpolated linearly; nullopt if it never does.
[[nodiscard]] std::optional<double> cost_at(const analyse::Curve& curve, double accuracy);

}  // namespace exitscope::report
