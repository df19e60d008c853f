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

/// A cut point in a network that has an exit there: which hand-over holds it and how it is stored.
struct Cut {
    StageIndex stage;
    std::size_t output = 0;  ///< position in Stage::outputs
    FeatureShape shape;      ///< as the network makes it
    std::size_t pool = 1;    ///< maps are averaged over pool x pool positions before they are stored
};

/// What is stored of a cut point's features: the pooled map; (first token, mean of all tokens) of tokens.
[[nodiscard]] FeatureShape stored_shape(const Cut& cut);

/// The head spec that reads the stored features and has the same weights as `spec`, which reads the cut point.
[[nodiscard]] HeadSpec stored_spec(const HeadSpec& spec, const Cut& cut);

/// The coarsest pooling from which every one of `specs` can still be computed exactly.
[[nodiscard]] std::size_t common_pooling(const FeatureShape& shape, std::span<const HeadSpec> specs);

/// Finds the tensors among the hand-overs of a network that has an exit at each. Error: one that is none.
[[nodiscard]] Expected<std::vector<Cut>> find_cuts(const model::MultiExitModel& model,
                                                   const std::vector<std::string>& tensors);

/// What a walk does with the features of one image; called from several threads, for different images at the same
/// time. `batch` is the number of the image's batch; `cut` is that of the cut point, or the number of cut points for
/// the last exit's output. `values` are in the shape of stored_shape(), and valid during the call.
using FeatureVisitor =
    std::function<void(std::size_t batch, std::size_t cut, std::size_t sample, std::span<const float> values)>;

struct WalkOptions {
    std::size_t samples = 0;  ///< the first of the data set
    std::size_t answers = 0;  ///< for how many of them the last exit is run too
    unsigned threads = 1;
};

/// Runs the network without its early heads up to the last cut point and shows every image's features to `visit`.
/// `programs` has one a stage. Progress counts samples. Errors: reading; cancelled.
[[nodiscard]] Expected<void> walk_features(const model::MultiExitModel& model,
                                           std::span<const engine::Program> programs, std::span<const Cut> cuts,
                                           const dataset::Dataset& data, const WalkOptions& options, Progress& progress,
                                           const FeatureVisitor& visit);

}  // namespace exitscope::exits
