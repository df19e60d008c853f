// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/error.h"
#include "core/base/precision.h"
#include "core/base/progress.h"
#include "core/dataset/dataset.h"
#include "core/model/multi_exit.h"
#include "core/quant/quantization.h"

namespace exitscope::engine {

/// Every exit of the network at one precision on a whole data set (the CLI verb `run`).
struct ModelRun {
    std::size_t samples = 0;
    std::size_t exits = 0;
    std::size_t classes = 0;
    std::vector<float> logits;          ///< [exits, samples, classes], the model's outputs as they are
    std::vector<double> accuracy;       ///< [exits], fraction; empty without labels
    double inference_seconds = 0;       ///< inference alone (no reading, no preprocessing), wall clock
};

struct RunOptions {
    std::int64_t batch = 32;
    unsigned threads = 1;               ///< 0 = all cores
};

/// `quantization` is null for fp32. Errors: reading; class count of data and model differ; cancelled.
[[nodiscard]] Expected<ModelRun> run_model(const model::MultiExitModel& model, const quant::Quantization* quantization,
                                           Precision precision, const dataset::Dataset& data,
                                           const RunOptions& options, Progress& progress);

}  // namespace exitscope::engine
