// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/familiarity.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace exitscope::evaluate {
namespace {

double variance(double share, std::size_t samples)
{
    return share * (1 - share) / double(std::max<std::size_t>(samples, 1));
}

/// Share of the labelled samples on which the full model is right, and their number.
std::pair<double, std::size_t> full_accuracy(const run::Run& run, const run::Split& split)
{
    const auto& prediction = split.prediction[run.full().at()];
    std::size_t right = 0;
    std::size_t labelled = 0;
    for (std::size_t i = 0; i < split.labels.size(); ++i) {
        labelled += split.labels[i] >= 0;
        right += split.labels[i] >= 0 && prediction[i] == split.labels[i];
    }
    return {double(right) / double(std::max<std::size_t>(labelled, 1)), labelled};
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

Familiarity familiarity(const run::Run& run)
{
    Familiarity result;
    std::tie(result.fitted_accuracy, result.fitted_samples) = full_accuracy(run, run.fit);
    std::tie(result.other_accuracy, result.other_samples) = full_accuracy(run, run.test);
    return result;
}

}  // namespace exitscope::evaluate
