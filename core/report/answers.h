// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/evaluate/analysis.h"

namespace exitscope::report
{

/// Predicted error and outcome of the answers that the labelled test samples get, in order of sample.
struct Answers {
    std::vector<float> predicted;     ///< [labelled samples]
    std::vector<std::uint8_t> wrong;  ///< [labelled samples] 1 = wrong
};
[[nodiscard]] Answers answers(const evaluate::Analysis& analysis, const evaluate::Decisions& decisions);

}  // namespace exitscope::report
