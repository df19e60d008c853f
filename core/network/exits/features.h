// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/network/dataset/dataset.h"
#include "core/network/engine/program.h"
#include "core/network/exits/head.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::exits {

/// A cut point in a network that has an exit there: the stage output that holds it, and how it is stored.
struct Cut {
    StageIndex stage;
    std::size_t output = 0;  ///< position in Stage::outputs
    FeatureShape shape;      ///< in the network, before pooling
    std::size_t pool = 1;    ///< maps are averaged over pool x pool positions before they are stored
};

/// Shape of a cut point's stored features: the pooled map; for tokens the vector (first token, mean of all tokens).
[[nodiscard]] FeatureShape stored_shape(const Cut& cut);

/// The head spec that reads the stored features and has the same weights as `spec`, which reads the cut point.
[[nodiscard]] HeadSpec stored_spec(const HeadSpec& spec, const Cut& cut);

/// The coarsest pooling from which every one of `specs` can still be computed exactly.
[[nodiscard]] std::size_t common_pooling(const FeatureShape& shape, std::span<const HeadSpec> specs);

/// Finds `tensors` among the stage outputs of a network that has an exit at each. Error: a tensor that is not found.
[[nodiscard]] Expected<std::vector<Cut>> find_cuts(const model::MultiExitModel& model,
                                                   const std::vector<std::string>& tensors);

/// Receives the features of one image; called from several threads, for different images at the same time. `batch` is
/// the index of the image's batch; `cut` is the index of the cut point, or the number of cut points for the output of
/// the last exit. `values` have the shape stored_shape() and are valid during the call.
using FeatureVisitor =
    std::function<void(std::size_t batch, std::size_t cut, std::size_t sample, std::span<const float> values)>;

struct WalkOptions {
    std::size_t samples = 0;  ///< samples to run, from the beginning of the data set
    std::size_t answers = 0;  ///< the first so many of them also run the last exit
    unsigned threads = 1;
};

/// Runs the network without its early heads up to the last cut point and passes every image's features to `visit`.
/// `programs` has one per stage. Progress counts samples. Errors: reading; cancelled.
[[nodiscard]] Expected<void> walk_features(const model::MultiExitModel& model,
                                           std::span<const engine::Program> programs, std::span<const Cut> cuts,
                                           const dataset::Dataset& data, const WalkOptions& options, Progress& progress,
                                           const FeatureVisitor& visit);

}  // namespace exitscope::exits
