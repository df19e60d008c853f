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
    policy::Mix mix;         ///< two neighbouring points of it, and the share of samples that the upper one decides
    std::uint64_t seed = 1;  ///< of the draw; Analysis::seed() leads each sample where Analysis::decide() does
};

struct AdaptiveOptions {
    std::int64_t batch = 16;             ///< micro-batch; what the model file fixes wins
    unsigned threads = 1;                ///< 0 = all cores
    std::size_t latency_samples = 1000;  ///< images that are also run one by one, at most
    double latency_seconds = 5;          ///< time for that, about
};

/// What happened to every sample, and how long it took.
struct AdaptiveRun {
    std::vector<StateIndex> state;          ///< [samples] where it left
    std::vector<std::uint16_t> prediction;  ///< [samples]
    double inference_seconds = 0;    ///< stages, gates and regrouping; summed over the threads and divided by their
                                     ///< number: the wall clock without reading and preprocessing
    double kernel_seconds = 0;       ///< the part of it inside the stages' programs
    std::vector<double> latency_ms;  ///< ascending: images run one by one on one thread, from input to answer
};

/// Real adaptive inference: every stage runs for those samples alone that the policy sends on, at the precision that it
/// asks for, a second time from the start where it escalates. `basis` is what the policy was fitted on: its states, how
/// they answer, and the measured run. The network is quantized as it was in that run. Answers do not depend on the
/// number of threads; nor on the batch, except for the last bits of floating-point stages. Progress counts samples.
/// Errors: a model that is not the run's; a run without the quantization it was made with; a policy that cannot decide
/// gate by gate; samples that cannot be separated (a fixed batch, a batch axis elsewhere); reading; cancelled.
[[nodiscard]] Expected<AdaptiveRun> run_adaptive(const model::MultiExitModel& model, const analyse::Analysis& basis,
                                                 const DeployedPolicy& rule, const dataset::Dataset& data,
                                                 const AdaptiveOptions& options, Progress& progress);

/// Error: not the model that the run was made with, or a run without the quantization it was made with.
[[nodiscard]] Expected<void> check_model(const model::MultiExitModel& model, const run::Run& run);

/// Share of samples that left at the state that `decisions` names with the prediction that the run holds for it;
/// sample i of `made` is sample i of the test split.
[[nodiscard]] double agreement(const AdaptiveRun& made, const run::Run& run, const analyse::Decisions& decisions);

/// The value below which the share `q` of `ascending` lies (nearest rank); 0 when it is empty.
[[nodiscard]] double quantile(const std::vector<double>& ascending, double q);

}  // namespace exitscope::adaptive
