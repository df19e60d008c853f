// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/analysis/predict/predictors.h"
#include "core/analysis/predict/targets.h"

namespace exitscope::predict {

/// Labelled samples that any method learns from, at least; with fewer of them the errors are mean_errors().
inline constexpr std::size_t least_samples = 10;

/// The same error for every sample: (wrong + 1) / (labelled + 2) of the state that answers. `errors` are those of the
/// fit split, `terminals` as reachable_terminals() gives them.
[[nodiscard]] PredictorsPtr mean_errors(const Errors& errors, std::vector<std::vector<StateIndex>> terminals);

}  // namespace exitscope::predict
