// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/analysis/predict/predictors.h"
#include "core/analysis/predict/quality.h"
#include "core/analysis/run/run.h"

namespace exitscope::predict {

/// Samples grouped by the statistics of their answers (the four of methods.md#quee-features, standardised; k-means
/// without labels), with predicted and actual error of each group.
struct ErrorClusters {
    std::vector<ReliabilityBin> clusters;  ///< by mean predicted error; the edges are the smallest and largest one
    std::vector<std::uint32_t> of;         ///< [samples] the cluster of each
};

/// The three spans have one entry per sample; `statistics` are those of the answer given. The result has fewer clusters
/// if there are fewer distinct answers, and none without samples.
[[nodiscard]] ErrorClusters error_clusters(std::span<const run::Statistics> statistics,
                                           std::span<const float> predicted, std::span<const std::uint8_t> wrong,
                                           std::size_t clusters, std::uint64_t seed);

}  // namespace exitscope::predict
