// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "core/analysis/analyse/analysis.h"

namespace exitscope::analyse {

/// How well one statistic of a gate's own softmax alone ranks its wrong answers: what a predictor must reach at least.
struct StatisticQuality {
    std::string_view name;
    double auroc = 0.5;
};
/// The best of the four on the labelled test images; 0.5 without labels.
[[nodiscard]] StatisticQuality best_statistic(const run::Run& run, StateIndex gate);

}  // namespace exitscope::analyse
