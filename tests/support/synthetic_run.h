// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/analysis/run/run.h"

namespace exitscope::tests {

/// A simulated run with known behaviour: deeper and finer states are right more often, confidence is informative.
struct SyntheticOptions {
    std::size_t exits = 4;
    std::vector<Precision> precisions = {{4, 4}, {6, 6}, {8, 8}};
    run::Schedule schedule = run::Schedule::free;
    std::size_t classes = 10;
    std::size_t fit_samples = 2000;
    std::size_t test_samples = 4000;
    bool probabilities = true;
    bool labelled_test = true;
    std::uint64_t seed = 7;
};
[[nodiscard]] run::RunPtr synthetic_run(const SyntheticOptions& options = {});

}  // namespace exitscope::tests
