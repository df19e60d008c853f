// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "core/analysis/predict/predictor_options.h"
#include "core/analysis/predict/predictors.h"
#include "core/analysis/predict/targets.h"

namespace exitscope::predict {

/// P3 (ours): all gates of one depth share one additive spline model of the errors, with the answer of the gate before
/// and the precisions of their way as further inputs. The error of the answer at hand and the *change* of error on
/// going on to each terminal are fitted apart, each by least squares with a ridge that cross-validation chooses; the
/// change is what a gate decides by, and most of what is noise in the two errors is common to both. Samples of the fit
/// split are predicted by weights that leave their fold out.
[[nodiscard]] PredictorsPtr fit_splines(const run::Run& run, Errors errors,
                                        std::vector<std::vector<StateIndex>> terminals,
                                        const PredictorOptions& options);

}  // namespace exitscope::predict
