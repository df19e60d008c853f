// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/predict/predictor_options.h"
#include "core/analysis/predict/predictors.h"
#include "core/analysis/run/run.h"
#include "core/base/error.h"

namespace exitscope::predict {

/// Fits on the fit split only; with fewer than least_samples labels there, the predictors are mean_errors(). Error: no
/// labels there.
[[nodiscard]] Expected<PredictorsPtr> fit(const run::Run& run, const PredictorOptions& options);

}  // namespace exitscope::predict
