// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/predict/spline_basis.h"

#include <algorithm>
#include <cmath>

namespace exitscope::predict {
namespace {

/// Beyond this distance certainty is not told apart.
constexpr float least_distance = 1e-4F;

/// Distances from a certain answer, [4], before the logarithm.
Eigen::Array4f distances(const run::Statistics& s)
{
    return {1 - s.maximum, s.entropy, 1 - s.margin, s.square_entropy};
}

Eigen::Array4f stretched(const Eigen::Array4f& distances)
{
    return -(distances.max(0.0F) + least_distance).log();
}

}  // namespace

Stretch::Stretch(std::span<const run::Statistics> samples)
{
    Eigen::Array4d sum = Eigen::Array4d::Zero();
    Eigen::Array4d squares = Eigen::Array4d::Zero();
    double count = 0;
    for (const run::Statistics& s : samples) {
        const Eigen::Array4f raw = distances(s);
        if (!raw.isFinite().all())
            continue;
        const Eigen::Array4d x = stretched(raw).cast<double>();
        sum += x;
        squares += x * x;
        count += 1;
    }
    if (count == 0)
        return;
    const Eigen::Array4d mean = sum / count;
    const Eigen::Array4d deviation = (squares / count - mean * mean).max(0.0).sqrt();
    mean_ = mean.cast<float>();
    for (Eigen::Index d = 0; d < 4; ++d)
        scale_[d] = deviation[d] > 1e-6 ? static_cast<float>(1 / deviation[d]) : 1.0F;
}

Eigen::Array4f Stretch::operator()(const run::Statistics& statistics) const
{
    const Eigen::Array4f raw = distances(statistics);
    const Eigen::Array4f z = (stretched(raw) - mean_) * scale_;
    return raw.isFinite().select(z, Eigen::Array4f::Zero());
}

float Stretch::line(const run::Statistics& statistics) const
{
    const float distance = 1 - statistics.maximum;
    return std::isfinite(distance) ? (-std::log(std::max(distance, 0.0F) + least_distance) - mean_[0]) * scale_[0]
                                   : 0.0F;
}

SplineBasis::SplineBasis(std::span<const run::Evidence> samples)
{
    std::vector<run::Statistics> here;
    std::vector<run::Statistics> before;
    for (const run::Evidence& known : samples) {
        here.push_back(known.here);
        if (known.asked_before)
            before.push_back(known.before);
    }
    here_ = Stretch(here);
    before_ = Stretch(before);

    std::array<std::vector<float>, 4> values;
    for (const run::Statistics& s : here) {
        if (!distances(s).isFinite().all())
            continue;
        const Eigen::Array4f z = here_(s);
        for (std::size_t d = 0; d < 4; ++d)
            values[d].push_back(z[static_cast<Eigen::Index>(d)]);
    }
    std::size_t kink = 0;
    for (std::size_t d = 0; d < 4; ++d) {
        std::vector<float>& v = values[d];
        std::sort(v.begin(), v.end());
        for (int k = 1; k <= kinks_of[d]; ++k, ++kink) {
            const std::size_t rank = v.size() * static_cast<std::size_t>(k) / static_cast<std::size_t>(kinks_of[d] + 1);
            kinks_[kink] = v.empty() ? 0.0F : v[rank];
        }
    }
}

SplineBasis::Values SplineBasis::operator()(const run::Evidence& evidence) const
{
    const Eigen::Array4f z = here_(evidence.here);
    Values values = Values::Zero();
    values[0] = 1;
    values[1] = z[0];
    Eigen::Index at = shifts;
    std::size_t kink = 0;
    for (std::size_t d = 0; d < 4; ++d) {
        const float x = z[static_cast<Eigen::Index>(d)];
        if (d > 0)
            values[at++] = x;
        for (int k = 0; k < kinks_of[d]; ++k)
            values[at++] = std::max(0.0F, x - kinks_[kink++]);
    }
    if (!evidence.asked_before)
        return values;
    const Eigen::Array4f before = before_(evidence.before);
    values[2] = evidence.agrees ? 1.0F : 0.0F;
    values[3] = before[0];
    values.segment<3>(at) = before.tail<3>().matrix();
    values[at + 3] = evidence.agrees ? before[0] : 0.0F;
    return values;
}

SplineBasis::PlainValues SplineBasis::plain_values(const run::Statistics& here) const
{
    const float z = here_.line(here);
    PlainValues values;
    values[0] = 1;
    values[1] = z;
    for (Eigen::Index k = 0; k < kinks_of[0]; ++k)
        values[2 + k] = std::max(0.0F, z - kinks_[static_cast<std::size_t>(k)]);
    return values;
}

SplineForecast SplineBasis::describe() const
{
    return {here_.mean()[0], here_.scale()[0], {kinks_.begin(), kinks_.begin() + kinks_of[0]}, {}};
}

}  // namespace exitscope::predict
