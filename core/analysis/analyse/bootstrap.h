// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/analysis/analyse/analysis.h"

namespace exitscope::analyse {

/// An estimate on the test split with its 95 % bootstrap interval (percentiles over resamples).
struct Estimate {
    double value = 0;
    double low = 0;
    double high = 0;
};

/// One policy's trade-off curve on the test split and on every resample of it. The curve runs straight between the
/// policy's points at their realised costs (a step where it does not mix) and flat after the last.
class ResampledCurve {
public:
    /// Accuracy at a realised relative cost; nullopt below the policy's cheapest point. One of 0 or 1, which no
    /// resample changes, has Wilson's interval.
    [[nodiscard]] std::optional<Estimate> accuracy_at(double cost) const;
    /// The least cost at which accuracy is within `drop` of the full model's on the same resample; nullopt if the curve
    /// never is. Resamples on which it never is count as cost 1.
    [[nodiscard]] std::optional<Estimate> cost_at_drop(double drop) const;
    /// Mean accuracy over the relative costs [low, 1]; from `low` to the first point as accurate as that.
    [[nodiscard]] Estimate area(double low) const;

private:
    friend class Bootstrap;
    friend std::optional<Estimate> difference_at(const ResampledCurve& a, const ResampledCurve& b, double cost);

    [[nodiscard]] double value(std::size_t resample, double cost) const;
    [[nodiscard]] std::optional<double> least_cost(std::size_t resample, double accuracy) const;
    [[nodiscard]] double mean(std::size_t resample, double low) const;
    [[nodiscard]] std::size_t resamples() const { return full_.size(); }
    [[nodiscard]] double cost(std::size_t resample, std::size_t point) const
    {
        return cost_[resample * points_ + point];
    }
    [[nodiscard]] double accuracy(std::size_t resample, std::size_t point) const
    {
        return accuracy_[resample * points_ + point];
    }

    std::size_t points_ = 0;
    std::vector<double> cost_;      ///< [1 + resamples, points], the test split itself first; never falls along points
    std::vector<double> accuracy_;  ///< [1 + resamples, points]
    std::vector<double> full_;      ///< [1 + resamples] accuracy of the full model
    std::size_t samples_ = 0;       ///< labelled images
    bool mixes_ = true;
};

/// Accuracy of `a` minus that of `b` at the same realised cost, on the same resamples; nullopt below the first point of
/// either.
[[nodiscard]] std::optional<Estimate> difference_at(const ResampledCurve& a, const ResampledCurve& b, double cost);

/// Seeded resamples of the labelled test images, the same for every policy, so that policies are compared image by
/// image. Images are dealt at random into at most 1,000 groups, and groups are drawn with replacement: with that many
/// groups the spread is that of drawing images, and all points of a curve are resampled by one matrix product.
class Bootstrap {
public:
    /// Error: no labels in the test split. `used` [test samples] leaves images out where it is 0; empty = all.
    [[nodiscard]] static Expected<Bootstrap> make(const run::Run& run, std::uint64_t seed, std::size_t resamples = 400,
                                                  std::span<const char> used = {});

    [[nodiscard]] ResampledCurve curve(const PolicyResult& policy) const;
    /// Replaces the intervals of a curve's accuracies by bands: 95 % of the resampled curves at the same realised cost.
    static void set_bands(const ResampledCurve& resampled, Curve& curve);
    /// Mean over the images that take part; `values` has one entry per test image.
    [[nodiscard]] Estimate mean(std::span<const float> values) const;

private:
    std::size_t groups_ = 0;
    std::vector<std::int32_t> group_;  ///< [test samples]; -1 for those that take no part
    std::vector<double> weights_;      ///< [1 + resamples, groups] number of times that each group was drawn
    std::vector<double> samples_;      ///< [1 + resamples] images drawn
    std::vector<double> full_;         ///< [1 + resamples] accuracy of the full model
};

}  // namespace exitscope::analyse
