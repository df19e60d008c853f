// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/run/run.h"

namespace exitscope::report {

/// The test samples that leave at one exit at an operating point; all shares are fractions of the test split.
struct ExitShare {
    std::string name;  ///< "Exit 1"
    double share = 0;
    double right = 0;  ///< right + wrong = share where every sample has a label
    double wrong = 0;
    std::vector<double> by_precision;  ///< [precisions]: `share` divided by the precision of the last stage run
    std::size_t samples = 0;
};
struct ExitShares {
    std::vector<ExitShare> exits;         ///< in order of depth
    std::vector<std::string> precisions;  ///< names, cheapest first
    bool labelled = false;
    std::size_t samples = 0;
};
[[nodiscard]] ExitShares exit_shares(const run::Run& run, const analyse::Decisions& decisions);

}  // namespace exitscope::report
