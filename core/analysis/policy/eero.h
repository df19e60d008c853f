// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace exitscope::policy {

/// EERO's exit probabilities at one price of cost (methods.md#eero):
/// pi_l proportional to exp(-(risk_l + mu cost_l) / T).
[[nodiscard]] std::vector<double> eero_shares(std::span<const double> risk, std::span<const double> cost,
                                              double temperature, double mu);

/// The exit probabilities that minimise sum pi_l risk_l + T KL(pi || uniform) subject to sum pi_l cost_l <= budget:
/// mu >= 0 by bisection. nullopt when the budget is below the least cost (infeasible).
[[nodiscard]] std::optional<std::vector<double>>
eero_probabilities(std::span<const double> risk, std::span<const double> cost, double temperature, double budget);

}  // namespace exitscope::policy
