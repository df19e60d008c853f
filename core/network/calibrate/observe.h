// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/network/calibrate/calibrate.h"
#include "core/network/calibrate/scheme.h"
#include "core/network/dataset/dataset.h"
#include "core/network/engine/hand_over.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::calibrate {

/// One calibration batch with the float network's stage inputs.
struct KeptBatch {
    engine::HandOver values;
    std::int64_t samples = 0;  ///< images of the data set; the rest of the batch is padding
};

/// Statistics of the float network on the calibration samples.
struct FloatStatistics {
    std::vector<std::optional<Observation>> observations;  ///< by ValueIndex; only values that define a grid
    std::vector<std::vector<double>> channel_mean;         ///< by NodeIndex: mean output of each layer's channels over
                                                           ///< the kept batches; empty for other nodes
    std::vector<KeptBatch> batches;                        ///< as many as fit the memory limit, when asked for
};

/// Runs the float network twice over the first `samples` samples: ranges, then histograms of 2048 bins together with
/// channel means. `keep` keeps batches for bias correction. Deterministic, whatever the number of threads.
/// Errors: no samples; reading; cancelled; those of Program::compile_observable().
[[nodiscard]] Expected<FloatStatistics> observe(const model::MultiExitModel& model, const dataset::Dataset& data,
                                                std::size_t samples, const Scheme& scheme, bool keep, unsigned threads,
                                                Progress& progress);

/// Number of the first `samples` samples that observe() can keep within its memory limit.
[[nodiscard]] std::size_t samples_to_keep(const model::MultiExitModel& model, std::size_t samples);

}  // namespace exitscope::calibrate
