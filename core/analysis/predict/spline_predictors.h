// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "core/analysis/predict/predictor_options.h"
#include "core/analysis/predict/predictors.h"
#include "core/analysis/predict/targets.h"

namespace exitscope::predict {

/// The default predictor (docs/methods.md): all gates at one depth share one additive spline model of the errors, with
/// the answer of the previous gate and the precisions of the path as further inputs. The error of the gate's own answer
/// and the *change* of error when going on to each terminal are fitted separately, each by least squares with a ridge
/// chosen by cross-validation: a gate decides by the change, and most of the noise in the two errors is common to both.
/// Samples of the fit split are predicted by weights that leave their fold out.
[[nodiscard]] PredictorsPtr fit_splines(const run::Run& run, Errors errors,
                                        std::vector<std::vector<StateIndex>> terminals,
                                        const PredictorOptions& options);

}  // namespace exitscope::predict
