// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/error/spline_forecast.h"
#include "core/run/run.h"

namespace exitscope::error {

/// Functions of the four statistics of one answer whose weighted sums are piecewise linear in each of them: a constant,
/// then for every statistic a straight line and kinks at quantiles. The statistics are stretched first (-log of their
/// distance from certainty), so that 0.99 and 0.999 are told apart.
class SplineBasis {
public:
    static constexpr int size = 16;
    using Values = Eigen::Matrix<float, size, 1>;

    SplineBasis() = default;
    /// Places the kinks; the labels play no part.
    explicit SplineBasis(std::span<const run::Statistics> samples);

    /// The first value is the constant 1, the second the straight line of the largest probability. A statistic that is
    /// not finite counts as the mean.
    [[nodiscard]] Values operator()(const run::Statistics& statistics) const;
    /// Everything but the weights.
    [[nodiscard]] SplineForecast describe() const;

private:
    static constexpr std::array<int, 4> kinks_of = {5, 2, 2, 2};  ///< by statistic; size = 1 + sum (1 + kinks)
    static constexpr int kink_count = 11;

    Eigen::Array4f mean_ = Eigen::Array4f::Zero();
    Eigen::Array4f scale_ = Eigen::Array4f::Ones();
    std::array<float, kink_count> kinks_{};
};

}  // namespace exitscope::error
