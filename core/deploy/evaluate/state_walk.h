// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/analysis/run/run.h"
#include "core/base/error.h"
#include "core/base/output_kind.h"
#include "core/base/progress.h"
#include "core/network/dataset/dataset.h"
#include "core/network/engine/program.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::evaluate {

/// Number of states of a schedule without listing them; saturates at 2^53.
[[nodiscard]] std::uint64_t state_count(std::size_t exits, std::size_t precisions, run::Schedule schedule);

/// The schedule with the most states of free, non-increasing and uniform that has at most `limit`; uniform if none has.
[[nodiscard]] run::Schedule freest_schedule(std::size_t exits, std::size_t precisions, std::uint64_t limit);

/// One program per stage and precision, [stage][position in Run::precisions]. Shared by all threads.
using StagePrograms = std::vector<std::vector<engine::Program>>;

/// Compiles the programs. `quantization` may be null when every precision is fp32. Errors: those of
/// engine::compile_stages().
[[nodiscard]] Expected<StagePrograms> compile_programs(const model::MultiExitModel& model,
                                                       const plan::Quantization* quantization,
                                                       const std::vector<Precision>& precisions);

/// A split to fill: its images, and the columns for the answers.
struct WalkTarget {
    const dataset::Dataset* data = nullptr;
    run::Split* split = nullptr;  ///< with samples and labels set; walk_states() fills the columns
};

/// Runs every state of `run` on every sample of `targets`: depth first over State::children, so that a stage runs once
/// for each precision history and micro-batch, on the buffers of the current path. Columns are allocated here; full
/// probabilities are kept if `keep_probabilities`. The same bytes for every number of threads (0 = one per core).
/// Progress counts samples of all targets. Returns the seconds inside the programs, summed over the threads and divided
/// by their number. Errors: reading; cancelled.
[[nodiscard]] Expected<double> walk_states(const model::MultiExitModel& model, const run::Run& run,
                                           const StagePrograms& programs, std::span<const WalkTarget> targets,
                                           bool keep_probabilities, unsigned threads, Progress& progress);

/// Prediction and probabilities of one row of an exit's output.
struct Answer {
    std::uint16_t prediction = 0;  ///< the largest output, the lowest class of equal ones
    run::Statistics statistics;
    std::span<const float> probabilities;  ///< `row` itself, or `scratch`
};
/// Reads one row, [classes]. `scratch` [classes] receives the probabilities unless `row` holds them.
[[nodiscard]] Answer read_answer(std::span<const float> row, OutputKind kind, std::span<float> scratch);

}  // namespace exitscope::evaluate
