// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/predict/quality.h"

namespace exitscope::analyse {

/// Predicted against actual error of the answers given at one exit.
struct ExitReliability {
    predict::Quality quality;
    std::vector<predict::ReliabilityBin> bins;
};
/// One entry an exit and then one for all exits together, [exits + 1], over the labelled test samples.
[[nodiscard]] std::vector<ExitReliability> decided_reliability(const Analysis& analysis,
                                                               std::span<const StateIndex> states, std::size_t bins);

}  // namespace exitscope::analyse
