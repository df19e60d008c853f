// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/error/spline_basis.h"

#include <algorithm>
#include <cmath>

namespace exitscope::error {
namespace {

/// Beyond this distance certainty is not told apart.
constexpr float least_distance = 1e-4F;

/// Distances from a certain answer, [4], before the logarithm.
Eigen::Array4f distances(const run::Statistics& s)
{
    return {1 - s.maximum, s.entropy, 1 - s.margin, s.square_entropy};
}

Eigen::Array4f stretched(const run::Statistics& statistics)
{
    return -(distances(statistics).max(0.0F) + least_distance).log();
}

}  // namespace

SplineBasis::SplineBasis(std::span<const run::Statistics> samples)
{
    std::array<std::vector<float>, 4> values;
    for (const run::Statistics& s : samples) {
        const Eigen::Array4f x = stretched(s);
        if (!distances(s).isFinite().all())
            continue;
        for (std::size_t d = 0; d < 4; ++d)
            values[d].push_back(x[static_cast<Eigen::Index>(d)]);
    }
    std::size_t kink = 0;
    for (std::size_t d = 0; d < 4; ++d) {
        std::vector<float>& v = values[d];
        const auto row = static_cast<Eigen::Index>(d);
        double sum = 0;
        double squares = 0;
        for (const float x : v) {
            sum += double(x);
            squares += double(x) * double(x);
        }
        const double count = std::max<double>(1.0, double(v.size()));
        const double deviation = std::sqrt(std::max(0.0, squares / count - sum / count * sum / count));
        mean_[row] = static_cast<float>(sum / count);
        scale_[row] = deviation > 1e-6 ? static_cast<float>(1 / deviation) : 1.0F;
        std::sort(v.begin(), v.end());
        for (int k = 1; k <= kinks_of[d]; ++k, ++kink) {
            const std::size_t rank = v.size() * static_cast<std::size_t>(k) / static_cast<std::size_t>(kinks_of[d] + 1);
            kinks_[kink] = v.empty() ? 0.0F : (v[rank] - mean_[row]) * scale_[row];
        }
    }
}

SplineBasis::Values SplineBasis::operator()(const run::Statistics& statistics) const
{
    const Eigen::Array4f z = (stretched(statistics) - mean_) * scale_;
    const Eigen::Array4f raw = distances(statistics);
    Values values;
    values[0] = 1;
    Eigen::Index at = 1;
    std::size_t kink = 0;
    for (std::size_t d = 0; d < 4; ++d) {
        const auto row = static_cast<Eigen::Index>(d);
        const float x = std::isfinite(raw[row]) ? z[row] : 0.0F;
        values[at++] = x;
        for (int k = 0; k < kinks_of[d]; ++k)
            values[at++] = std::max(0.0F, x - kinks_[kink++]);
    }
    return values;
}

SplineForecast SplineBasis::describe() const
{
    SplineForecast made;
    auto kink = kinks_.begin();
    for (std::size_t d = 0; d < 4; ++d) {
        const auto row = static_cast<Eigen::Index>(d);
        made.mean[d] = mean_[row];
        made.scale[d] = scale_[row];
        made.kinks[d].assign(kink, kink + kinks_of[d]);
        kink += kinks_of[d];
    }
    return made;
}

}  // namespace exitscope::error
