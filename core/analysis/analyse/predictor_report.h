// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/analysis/predict/predictors.h"
#include "core/analysis/predict/quality.h"
#include "core/analysis/predict/quality_intervals.h"
#include "core/analysis/run/run.h"
#include "core/base/error.h"

namespace exitscope::analyse {

/// Quality of the predicted errors of one predictor on the labelled test samples
/// (methods.md#quality-of-predicted-errors).
struct TerminalQuality {
    StateIndex terminal;
    predict::Quality quality;
};
struct GateQuality {
    StateIndex gate;
    predict::QualityIntervals self;          ///< of the gate's own error
    std::vector<TerminalQuality> terminals;  ///< the gate itself first
};
struct PredictorReport {
    predict::Quality self;  ///< phat[s -> s] of all states together: the error of the answer at hand
    predict::QualityIntervals self_intervals;
    predict::Quality pooled;  ///< all gates and terminals together, on at most 4 million pairs
    predict::QualityIntervals pooled_intervals;
    std::vector<GateQuality> gates;  ///< [states]
};
/// Error: no labels in the test split.
[[nodiscard]] Expected<PredictorReport> predictor_report(const run::Run& run, const predict::Predictors& predictors,
                                                         std::uint64_t seed, unsigned threads = 1);

}  // namespace exitscope::analyse
