// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/analysis/predict/features.h"

namespace exitscope::predict {

/// Cluster centres, stored with one row per feature so that the distances to all centres are computed in parallel.
class Clusters {
public:
    using Centres = Eigen::Matrix<float, 4, Eigen::Dynamic, Eigen::RowMajor>;

    explicit Clusters(Centres centres) : centres_(std::move(centres)) {}

    [[nodiscard]] std::size_t count() const { return static_cast<std::size_t>(centres_.cols()); }
    [[nodiscard]] const Centres& centres() const { return centres_; }
    /// Index of the nearest centre in squared Euclidean distance; of equally near ones the first.
    [[nodiscard]] std::size_t nearest(const Eigen::Vector4f& point) const;
    [[nodiscard]] std::vector<std::uint32_t> nearest(const Features& points) const;
    /// Mean squared distance of the points to their centres.
    [[nodiscard]] double distortion(const Features& points) const;

private:
    Centres centres_;
};

struct KMeansOptions {
    std::size_t clusters = 32;
    std::size_t restarts = 3;
    /// Centres are found on at most this many points, evenly spaced through the data.
    std::size_t point_limit = 20000;
    std::uint64_t seed = 1;
};

/// k-means: k-means++ seeding (Arthur, Vassilvitskii 2007), restarts compared after a few steps of Lloyd, the best one
/// continued until no assignment changes. The result has fewer clusters if the data has fewer distinct points. `points`
/// must not be empty.
[[nodiscard]] Clusters kmeans(const Features& points, const KMeansOptions& options);

}  // namespace exitscope::predict
