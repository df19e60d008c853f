// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/policy/envelope.h"
#include "core/analysis/policy/policy.h"
#include "core/analysis/run/run.h"
#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/network/dataset/dataset.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::adaptive {

/// One operating point, as it is deployed.
struct DeployedPolicy {
    policy::FittedPtr policy;
    policy::Mix mix;         ///< two neighbouring points of the policy, and the share of samples for the upper one
    std::uint64_t seed = 1;  ///< of the draw between them; with Analysis::seed() decisions equal Analysis::decide()
};

struct AdaptiveOptions {
    std::int64_t batch = 16;             ///< size of micro-batches; ignored when the model file fixes it
    unsigned threads = 1;                ///< 0 = one per core
    std::size_t latency_samples = 1000;  ///< at most so many images are also run one by one
    double latency_seconds = 5;          ///< approximate limit of the time for that
};

/// Result of an adaptive run: answers of all samples and times.
struct AdaptiveRun {
    std::vector<StateIndex> state;          ///< [samples] state in which it left
    std::vector<std::uint16_t> prediction;  ///< [samples]
    double inference_seconds = 0;    ///< stages, gates and regrouping; summed over the threads and divided by their
                                     ///< number: the wall-clock time without reading and preprocessing
    double kernel_seconds = 0;       ///< the part of it inside the stages' programs
    std::vector<double> latency_ms;  ///< ascending: images run one by one on one thread, from input to answer
};

/// Adaptive inference: every stage runs only for the samples that the policy sends on, at the precision that it
/// chooses; where the policy escalates, the network runs a second time from the start. `basis` is the analysis that the
/// policy was fitted on, with its states and the measured run; the network is quantized as in that run. Answers do not
/// depend on the number of threads, and on the batch only in the last bits of floating-point stages. Progress counts
/// samples. Errors: a model that is not the run's; a run without the quantization it was made with; a policy that
/// cannot decide gate by gate; samples that cannot be separated (a fixed batch, a batch axis elsewhere); reading;
/// cancelled.
[[nodiscard]] Expected<AdaptiveRun> run_adaptive(const model::MultiExitModel& model, const analyse::Analysis& basis,
                                                 const DeployedPolicy& rule, const dataset::Dataset& data,
                                                 const AdaptiveOptions& options, Progress& progress);

/// Error: not the model that the run was made with, or a run without the quantization it was made with.
[[nodiscard]] Expected<void> check_model(const model::MultiExitModel& model, const run::Run& run);

/// Share of samples that left at the state given by `decisions` with the prediction stored in the run; sample i of
/// `made` is sample i of the test split.
[[nodiscard]] double agreement(const AdaptiveRun& made, const run::Run& run, const analyse::Decisions& decisions);

/// The `q` quantile of the sorted values `ascending`, q in [0, 1] (nearest rank); 0 when it is empty.
[[nodiscard]] double quantile(const std::vector<double>& ascending, double q);

}  // namespace exitscope::adaptive
