// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/analysis/predict/predictor_options.h"
#include "core/analysis/predict/predictors.h"
#include "core/analysis/predict/targets.h"

namespace exitscope::predict {

/// One model per gate that knows the statistics of that gate's own head alone: a cluster table or an MLP, as
/// `options.method` says (P0, P1, P2). `errors` are those of the fit split, `terminals` as reachable_terminals() gives
/// them.
[[nodiscard]] PredictorsPtr fit_gates(const run::Run& run, Errors errors,
                                      std::vector<std::vector<StateIndex>> terminals, const PredictorOptions& options);

}  // namespace exitscope::predict
