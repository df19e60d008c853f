// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "core/analysis/analyse/analysis.h"

namespace exitscope::analyse {

/// Shares of labelled test images that were answered too late or too early (methods.md#depth).
struct Overthinking {
    Proportion wasteful;        ///< right, and an earlier head on the way was right already
    Proportion destructive;     ///< wrong, though an earlier head on the way was right
    Proportion left_too_early;  ///< wrong, and a later head at the same precision would have been right
    Proportion inconsistent;    ///< the answer differs from the full model's; unlabelled images count, too
};
/// Over some of the test samples; `states` are those of all of them.
[[nodiscard]] Overthinking overthinking(const run::Run& run, std::span<const StateIndex> states,
                                        std::span<const SampleIndex> samples);

/// Mean of error + lambda * relative cost over the labelled test images: of a policy, of the best state per image
/// chosen with the label known, and the difference. Shows whether decisions are good, which calibration of the
/// predictor alone does not guarantee.
struct Regret {
    double lambda = 0;
    double paid = 0;
    double oracle = 0;
    [[nodiscard]] double value() const { return paid - oracle; }
};
/// `states` and `costs` belong to `run`. Error: no labels in the test split.
[[nodiscard]] Expected<Regret> regret(const run::Run& run, const cost::Costs& costs, std::span<const StateIndex> states,
                                      double lambda);

}  // namespace exitscope::analyse
