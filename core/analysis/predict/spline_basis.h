// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/analysis/predict/spline_forecast.h"
#include "core/analysis/run/run.h"

namespace exitscope::predict {

/// Standardises the four statistics of an answer after stretching them (-log of their distance from certainty), so that
/// 0.99 and 0.999 are clearly different. A statistic that is not finite counts as the mean.
class Stretch {
public:
    Stretch() = default;
    explicit Stretch(std::span<const run::Statistics> samples);
    [[nodiscard]] Eigen::Array4f operator()(const run::Statistics& statistics) const;
    /// Only the first of them, that of the largest probability.
    [[nodiscard]] float line(const run::Statistics& statistics) const;
    [[nodiscard]] const Eigen::Array4f& mean() const { return mean_; }
    [[nodiscard]] const Eigen::Array4f& scale() const { return scale_; }

private:
    Eigen::Array4f mean_ = Eigen::Array4f::Zero();
    Eigen::Array4f scale_ = Eigen::Array4f::Ones();
};

/// Basis functions of a gate's evidence. Their weighted sums are piecewise linear in each statistic: a constant; for
/// every statistic of the answer here its value and kinks max(0, value - quantile); the values of the statistics of the
/// answer before; and whether the two answers agree, by itself and times the confidence before. Gates without an answer
/// before have zeros there.
class SplineBasis {
public:
    static constexpr int size = 22;
    static constexpr int shifts = 4;
    /// The constant, the line of the largest probability here and its kinks.
    static constexpr std::array<Eigen::Index, 7> plain = {0, 1, 4, 5, 6, 7, 8};
    using Values = Eigen::Matrix<float, size, 1>;
    using PlainValues = Eigen::Matrix<float, plain.size(), 1>;

    SplineBasis() = default;
    /// Places the kinks; the labels play no part.
    explicit SplineBasis(std::span<const run::Evidence> samples);

    /// The first `shifts` values: the constant 1, the line of the largest probability, whether the answers agree, and
    /// the line of the largest probability before.
    [[nodiscard]] Values operator()(const run::Evidence& evidence) const;
    /// Only the values of `plain`.
    [[nodiscard]] PlainValues plain_values(const run::Statistics& here) const;
    /// The functions of plain_values() as data; the weights are left empty.
    [[nodiscard]] SplineForecast describe() const;

private:
    static constexpr std::array<int, 4> kinks_of = {5, 2, 2, 2};  ///< by statistic
    static constexpr int kink_count = 11;
    static_assert(size == 1 + 4 + kink_count + 4 + 2);
    static_assert(plain.size() == 2 + kinks_of[0]);

    Stretch here_;
    Stretch before_;
    std::array<float, kink_count> kinks_{};
};

}  // namespace exitscope::predict
