// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/analyse/bootstrap.h"
#include "core/analysis/analyse/decide.h"

namespace exitscope::analyse {

/// Two operating points, of one run or of two, compared on the test images that both have.
struct PairedTest {
    std::size_t samples = 0;       ///< images in both, labelled
    std::size_t only_a = 0;        ///< right under a alone
    std::size_t only_b = 0;        ///< right under b alone
    double p = 1;                  ///< p-value of the exact two-sided McNemar test of only_a against only_b
    Estimate accuracy_difference;  ///< a minus b, bootstrap over images
    Estimate cost_difference;      ///< a minus b, relative costs
};

/// One decided operating point: `decisions.state` are numbered in `policy.analysis`.
struct ComparedPoint {
    const PolicyResult& policy;
    const Decisions& decisions;
};

/// The images that are right at one of two points only, as columns over b's test samples.
struct Flips {
    std::vector<char> only_a;  ///< [test samples of b] right under a alone
    std::vector<char> only_b;  ///< right under b alone
};

/// Images are matched by their position in the data set. Errors: different data sets, no labelled image in common,
/// labels that differ.
[[nodiscard]] Expected<PairedTest> paired_test(const ComparedPoint& a, const ComparedPoint& b, std::uint64_t seed,
                                               std::size_t resamples = 2000);

/// The images that paired_test() counts as `only_a` and `only_b`. Errors as there.
[[nodiscard]] Expected<Flips> flips(const ComparedPoint& a, const ComparedPoint& b);

/// Two-sided exact McNemar p-value for `only_a` against `only_b` discordant pairs.
[[nodiscard]] double mcnemar(std::size_t only_a, std::size_t only_b);

}  // namespace exitscope::analyse
