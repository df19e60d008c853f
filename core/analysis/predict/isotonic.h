// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/analysis/predict/predictor_options.h"
#include "core/analysis/predict/predictors.h"
#include "core/analysis/predict/targets.h"

namespace exitscope::predict {

/// A map from predicted to calibrated error that never falls: the least-squares monotone fit (pool adjacent violators),
/// joined by straight lines between the means of its blocks.
class Isotonic {
public:
    Isotonic() = default;
    /// `predicted` ascending, with the outcome of each.
    Isotonic(std::span<const float> predicted, std::span<const std::uint8_t> wrong);
    /// The calibrated error; `predicted` itself for a default-constructed object.
    [[nodiscard]] float operator()(float predicted) const;

private:
    std::vector<float> at_;     ///< ascending, mean prediction of every block
    std::vector<float> value_;  ///< ascending, share of errors in it
};

/// `predictors` with every gate's prediction for every terminal calibrated on the held-out predictions of the fit split
/// (methods.md#quee-predictors, optional); samples of the fit split by maps that leave their fold out.
[[nodiscard]] PredictorsPtr calibrated(PredictorsPtr predictors, const run::Run& run, const Errors& errors,
                                       const PredictorOptions& options);

}  // namespace exitscope::predict
