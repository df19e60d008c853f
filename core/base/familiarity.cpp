// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/familiarity.h"

#include <algorithm>
#include <cmath>

namespace exitscope {
namespace {

double variance(double share, std::size_t samples)
{
    return share * (1 - share) / double(std::max<std::size_t>(samples, 1));
}

}  // namespace

bool Familiarity::suspicious() const
{
    if (fitted_samples == 0 || other_samples == 0)
        return false;
    if (!others_are_new)
        return fitted_accuracy > 0.98;
    const double gap = fitted_accuracy - other_accuracy;
    const double error = std::sqrt(variance(fitted_accuracy, fitted_samples) + variance(other_accuracy, other_samples));
    return gap > 0.01 && gap > 3 * error;
}

}  // namespace exitscope
