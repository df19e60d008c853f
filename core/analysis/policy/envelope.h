// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/analysis/policy/policy.h"

namespace exitscope::policy {

/// Where a budget falls: point `lower` for most samples, point `lower + 1` for the share `upper_share` of them, drawn
/// by a seeded hash of each sample's source index.
struct Mix {
    std::size_t lower = 0;
    double upper_share = 0;
};
/// The mix whose mean relative cost on the fit split is `budget` in expectation over the draw, clamped to what the
/// points reach. Without mixing: the dearest point within the budget, or the first. `points` must not be empty.
[[nodiscard]] Mix at_budget(std::span<const Point> points, double budget, bool mixes);

/// Indices of the upper concave envelope of (fit_cost, fit_accuracy), ascending cost, from the cheapest point to the
/// most accurate one: both cost and accuracy rise strictly along it.
[[nodiscard]] std::vector<std::size_t> concave_envelope(std::span<const Point> points);

/// Indices of the points that no cheaper or equally cheap one equals in `gain`, ascending cost and gain; [points].
[[nodiscard]] std::vector<std::size_t> pareto_front(std::span<const Point> points, std::span<const double> gain);

}  // namespace exitscope::policy
