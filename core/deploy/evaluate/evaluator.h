// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/analysis/run/run.h"
#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/network/calibrate/calibrate.h"
#include "core/network/dataset/dataset.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::evaluate {

/// Of an evaluation where nothing else is asked for: usable networks at an eighth, a quarter and all of the cost.
inline constexpr std::array<Precision, 3> default_precisions{{{2, 4}, {4, 4}, {8, 8}}};

struct EvaluateOptions {
    std::vector<Precision> precisions;          ///< sorted cheapest first by evaluate_model
    std::optional<run::Schedule> schedule;      ///< nullopt: freest_schedule() with `state_limit`
    calibrate::CalibrationOptions calibration;  ///< calibrated on the fit split, labels unused
    std::int64_t batch = 16;                    ///< micro-batch of the state-tree walk
    unsigned threads = 0;                       ///< 0 = one per core
    std::uint64_t seed = 1;
    std::size_t state_limit = 1000;                ///< more states are an error that suggests a schedule
    std::uint64_t probability_bytes = 1ULL << 30;  ///< full probabilities are kept when they fit
    bool measure_latency = true;
    Notices notices;  ///< about model and data together; kept in the run with theirs
    std::chrono::system_clock::time_point created = std::chrono::system_clock::now();  ///< stamped into the run
};

/// Wall-clock time of the parts of an evaluation, in seconds.
struct EvaluationTime {
    double calibration = 0;  ///< observing, quantizing and compiling
    double latency = 0;      ///< measuring stages
    double walk = 0;         ///< running every state on both splits, including reading and recording
    double kernels = 0;      ///< the part of `walk` inside the programs, averaged over the threads
};

/// The whole evaluation: calibrate, walk the state tree depth first with shared prefixes over both splits (each
/// (stage, precision history) computed once per batch), measure stage latencies, assemble the Run.
/// `options.threads` applies to calibration as well. Except for measured latencies, results do not depend on the number
/// of threads. `time`, if not null, is filled in. Errors: too many states; no labels in the fit split; a label beyond
/// the model's classes; reading; cancelled.
[[nodiscard]] Expected<run::RunPtr> evaluate_model(const model::MultiExitModel& model, const dataset::Dataset& fit,
                                                   const dataset::Dataset& test, const EvaluateOptions& options,
                                                   Progress& progress, EvaluationTime* time = nullptr);

}  // namespace exitscope::evaluate
