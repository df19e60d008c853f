// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "core/analysis/analyse/analysis.h"

namespace exitscope::analyse {

/// How well a single statistic of a gate's softmax ranks its wrong answers: a lower bound for any useful predictor.
struct StatisticQuality {
    std::string_view name;
    double auroc = 0.5;
};
/// The best of the four on the labelled test images; 0.5 without labels.
[[nodiscard]] StatisticQuality best_statistic(const run::Run& run, StateIndex gate);

}  // namespace exitscope::analyse
