// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include <Eigen/Core>

#include "core/analysis/run/run.h"

namespace exitscope::predict {

/// Features of one gate's samples as columns, [4, samples]: the four statistics, standardised.
using Features = Eigen::Matrix<float, 4, Eigen::Dynamic>;

/// Shift and scale that give every statistic mean 0 and variance 1 on the samples it was fitted on. A statistic that
/// does not vary is only shifted; one that is not finite reads as the mean.
class Standardiser {
public:
    Standardiser() = default;
    explicit Standardiser(std::span<const run::Statistics> samples);

    [[nodiscard]] Eigen::Vector4f operator()(const run::Statistics& statistics) const;
    [[nodiscard]] Features operator()(std::span<const run::Statistics> samples) const;
    [[nodiscard]] const Eigen::Vector4f& mean() const { return mean_; }
    [[nodiscard]] const Eigen::Vector4f& scale() const { return scale_; }

private:
    Eigen::Vector4f mean_ = Eigen::Vector4f::Zero();
    Eigen::Vector4f scale_ = Eigen::Vector4f::Ones();
};

}  // namespace exitscope::predict
