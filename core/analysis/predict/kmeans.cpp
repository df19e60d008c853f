// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/predict/kmeans.h"

#include <algorithm>
#include <limits>

#include "core/base/random.h"

namespace exitscope::predict {
namespace {

using Eigen::Index;

/// Lloyd stops by itself after finitely many steps; this bounds the rare slow case.
constexpr int iteration_limit = 500;
/// Steps after which the restarts are compared; only the best is continued until no assignment changes.
constexpr int trial_iterations = 10;

void distances(const Clusters::Centres& centres, const Eigen::Vector4f& point, Eigen::ArrayXf& out)
{
    out = (centres.row(0).array() - point[0]).square() + (centres.row(1).array() - point[1]).square() +
          (centres.row(2).array() - point[2]).square() + (centres.row(3).array() - point[3]).square();
}

std::size_t first_minimum(const Eigen::ArrayXf& values)
{
    const float least = values.minCoeff();
    return static_cast<std::size_t>(std::find(values.data(), values.data() + values.size(), least) - values.data());
}

Features thin(const Features& points, std::size_t limit)
{
    const auto count = static_cast<std::size_t>(points.cols());
    if (count <= limit)
        return points;
    Features kept(4, static_cast<Index>(limit));
    for (std::size_t i = 0; i < limit; ++i)
        kept.col(static_cast<Index>(i)) = points.col(static_cast<Index>(i * count / limit));
    return kept;
}

/// k-means++: each further centre is a point drawn in proportion to its squared distance from the centres so far.
Clusters::Centres seed_centres(const Features& points, std::size_t clusters, Random& random)
{
    const Index count = points.cols();
    Clusters::Centres centres(4, static_cast<Index>(clusters));
    centres.col(0) = points.col(static_cast<Index>(random.below(static_cast<std::uint64_t>(count))));
    Eigen::ArrayXf squared = (points.colwise() - Eigen::Vector4f(centres.col(0))).colwise().squaredNorm().transpose();
    for (Index k = 1; k < centres.cols(); ++k) {
        const double total = squared.cast<double>().sum();
        if (!(total > 0))
            return centres.leftCols(k);
        double left = random.uniform() * total;
        Index chosen = 0;
        for (Index i = 0; i < count; ++i) {
            if (squared[i] <= 0)
                continue;
            chosen = i;
            left -= static_cast<double>(squared[i]);
            if (left < 0)
                break;
        }
        centres.col(k) = points.col(chosen);
        squared = squared.min(
            (points.colwise() - Eigen::Vector4f(points.col(chosen))).colwise().squaredNorm().transpose().array());
    }
    return centres;
}

Clusters lloyd(const Features& points, const Clusters& start, int iterations)
{
    Clusters::Centres centres = start.centres();
    std::vector<std::uint32_t> assignment;
    for (int iteration = 0; iteration < iterations; ++iteration) {
        std::vector<std::uint32_t> next = Clusters(centres).nearest(points);
        if (next == assignment)
            break;
        assignment = std::move(next);
        Eigen::Matrix4Xd sum = Eigen::Matrix4Xd::Zero(4, centres.cols());
        Eigen::VectorXd size = Eigen::VectorXd::Zero(centres.cols());
        for (std::size_t i = 0; i < assignment.size(); ++i) {
            sum.col(assignment[i]) += points.col(static_cast<Index>(i)).cast<double>();
            size[assignment[i]] += 1;
        }
        for (Index k = 0; k < centres.cols(); ++k)
            if (size[k] > 0)
                centres.col(k) = (sum.col(k) / size[k]).cast<float>();
    }
    return Clusters(std::move(centres));
}

}  // namespace

std::size_t Clusters::nearest(const Eigen::Vector4f& point) const
{
    std::size_t best = 0;
    float least = std::numeric_limits<float>::max();
    for (Index k = 0; k < centres_.cols(); ++k) {
        const float squared = (centres_.col(k) - point).squaredNorm();
        if (squared < least) {
            least = squared;
            best = static_cast<std::size_t>(k);
        }
    }
    return best;
}

std::vector<std::uint32_t> Clusters::nearest(const Features& points) const
{
    std::vector<std::uint32_t> assignment(static_cast<std::size_t>(points.cols()));
    Eigen::ArrayXf squared(centres_.cols());
    for (std::size_t i = 0; i < assignment.size(); ++i) {
        distances(centres_, points.col(static_cast<Index>(i)), squared);
        assignment[i] = static_cast<std::uint32_t>(first_minimum(squared));
    }
    return assignment;
}

double Clusters::distortion(const Features& points) const
{
    double total = 0;
    Eigen::ArrayXf squared(centres_.cols());
    for (Index i = 0; i < points.cols(); ++i) {
        distances(centres_, points.col(i), squared);
        total += static_cast<double>(squared.minCoeff());
    }
    return total / static_cast<double>(points.cols());
}

Clusters kmeans(const Features& points, const KMeansOptions& options)
{
    const Features kept = thin(points, std::max<std::size_t>(options.point_limit, 1));
    const std::size_t clusters = std::clamp<std::size_t>(options.clusters, 1, static_cast<std::size_t>(kept.cols()));
    Random random(options.seed);
    Clusters best = lloyd(kept, Clusters(seed_centres(kept, clusters, random)), trial_iterations);
    double least = best.distortion(kept);
    for (std::size_t restart = 1; restart < options.restarts; ++restart) {
        Clusters next = lloyd(kept, Clusters(seed_centres(kept, clusters, random)), trial_iterations);
        const double distortion = next.distortion(kept);
        if (distortion < least) {
            least = distortion;
            best = std::move(next);
        }
    }
    return lloyd(kept, best, iteration_limit);
}

}  // namespace exitscope::predict
