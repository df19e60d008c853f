// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/error.h"
#include "core/base/plan/stage_plan.h"
#include "core/base/precision.h"
#include "core/base/progress.h"
#include "core/network/dataset/dataset.h"
#include "core/network/engine/profile.h"
#include "core/network/engine/program.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::engine {

/// Every exit of the network at one precision on a whole data set (the CLI verb `run`).
struct ModelRun {
    std::size_t samples = 0;
    std::size_t exits = 0;
    std::size_t classes = 0;
    std::vector<float> logits;     ///< [exits, samples, classes], the model's unchanged outputs
    std::vector<double> accuracy;  ///< [exits], fraction of the labelled samples; empty without labels. The prediction
                                   ///< is the largest output, the lowest class of equal ones
    double inference_seconds = 0;  ///< time inside the programs, summed over the threads and divided by their number:
                                   ///< the wall-clock time of inference without reading and preprocessing
    std::vector<ProfileRow> profile;  ///< empty unless asked for
};

struct RunOptions {
    std::int64_t batch = 32;  ///< ignored when the model file fixes it; the last batch is padded
    unsigned threads = 1;     ///< 0 = one per core
    bool profile = false;     ///< also time every step, which costs up to 1 % of the time
};

/// `quantization` is null for fp32. Progress counts samples. The same results whatever the number of threads.
/// Errors: reading; a label beyond the model's classes; a precision that `quantization` lacks; cancelled.
[[nodiscard]] Expected<ModelRun> run_model(const model::MultiExitModel& model, const plan::Quantization* quantization,
                                           Precision precision, const dataset::Dataset& data, const RunOptions& options,
                                           Progress& progress);

/// One program per stage at one precision. Errors: those of run_model() and Program::compile().
[[nodiscard]] Expected<std::vector<Program>>
compile_stages(const model::MultiExitModel& model, const plan::Quantization* quantization, Precision precision);

/// Labels of the whole data set, -1 where a sample has none; empty when the data has no labels at all.
/// Error: a label for which the model has no class.
[[nodiscard]] Expected<std::vector<std::int32_t>> read_labels(const model::MultiExitModel& model,
                                                              const dataset::Dataset& data);

}  // namespace exitscope::engine
