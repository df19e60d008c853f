// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

#include "core/analysis/run/run.h"
#include "core/base/index.h"
#include "core/base/precision.h"

namespace exitscope::analyse {

/// Changes in the answers of one exit on the test split at one precision, compared with the run's highest precision;
/// both with the same precision in all stages.
struct PrecisionFlips {
    ExitIndex exit;
    Precision precision;
    Precision reference;
    StateIndex state;
    StateIndex reference_state;
    std::size_t samples = 0;   ///< of the test split
    std::size_t changed = 0;   ///< samples whose answer differs; needs no labels
    std::size_t labelled = 0;  ///< samples with a label, which the following four add up to
    std::size_t both_right = 0;
    std::size_t lost = 0;    ///< right at the reference, wrong here
    std::size_t gained = 0;  ///< wrong at the reference, right here
    std::size_t both_wrong = 0;
    double p = 1;  ///< exact McNemar test of lost against gained, two-sided
};

/// One row per exit and precision below the highest, ordered by exit. Empty for runs with one precision.
[[nodiscard]] std::vector<PrecisionFlips> precision_flips(const run::Run& run);

enum class Flip { lost, gained, changed };
/// The samples that `flips` counts as `which`, [test samples] 0 or 1.
[[nodiscard]] std::vector<char> flipped(const run::Run& run, const PrecisionFlips& flips, Flip which);

}  // namespace exitscope::analyse
