// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/predict/features.h"

#include <cmath>

namespace exitscope::predict {
namespace {

Eigen::Vector4f raw(const run::Statistics& s)
{
    return {s.maximum, s.entropy, s.margin, s.square_entropy};
}

}  // namespace

Standardiser::Standardiser(std::span<const run::Statistics> samples)
{
    Eigen::Vector4d sum = Eigen::Vector4d::Zero();
    Eigen::Vector4d squares = Eigen::Vector4d::Zero();
    double count = 0;
    for (const run::Statistics& s : samples) {
        const Eigen::Vector4d x = raw(s).cast<double>();
        if (!x.allFinite())
            continue;
        sum += x;
        squares += x.cwiseAbs2();
        ++count;
    }
    if (count == 0)
        return;
    const Eigen::Vector4d mean = sum / count;
    mean_ = mean.cast<float>();
    for (int d = 0; d < 4; ++d) {
        const double deviation = std::sqrt(std::max(0.0, squares[d] / count - mean[d] * mean[d]));
        scale_[d] = deviation > 1e-6 ? static_cast<float>(1.0 / deviation) : 1.0F;
    }
}

Eigen::Vector4f Standardiser::operator()(const run::Statistics& statistics) const
{
    Eigen::Vector4f z = (raw(statistics) - mean_).cwiseProduct(scale_);
    for (int d = 0; d < 4; ++d)
        if (!std::isfinite(z[d]))
            z[d] = 0.0F;
    return z;
}

Features Standardiser::operator()(std::span<const run::Statistics> samples) const
{
    Features z(4, static_cast<Eigen::Index>(samples.size()));
    for (std::size_t i = 0; i < samples.size(); ++i)
        z.col(static_cast<Eigen::Index>(i)) = (*this)(samples[i]);
    return z;
}

}  // namespace exitscope::predict
