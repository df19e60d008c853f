// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/analyse/familiarity.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/analysis/analyse/static_points.h"

namespace exitscope::analyse {
namespace {

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

Familiarity familiarity(const run::Run& run)
{
    Familiarity result;
    std::tie(result.fitted_accuracy, result.fitted_samples) = full_accuracy(run, run.fit);
    std::tie(result.other_accuracy, result.other_samples) = full_accuracy(run, run.test);
    return result;
}

}  // namespace exitscope::analyse
