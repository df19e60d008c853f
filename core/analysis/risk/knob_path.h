// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>
#include <vector>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/risk/loss.h"
#include "core/analysis/risk/selection.h"

namespace exitscope::risk {

/// The settings of one policy in the order in which risk control walks through them, safest first, with what each
/// costs and loses on the test split's usable samples.
struct KnobPath {
    std::vector<policy::Point> points;   ///< [knobs] as measured on the fit split, dearest and safest first
    std::vector<std::uint32_t> samples;  ///< positions in the test split that the columns below stand for
    LossTable losses;
    std::vector<float> relative_cost;  ///< [knobs * samples]
};

/// The order is made on the fit split alone: of all settings of the policy's knob (for QuEE lambda and the first
/// stage's precision, for a composite the path and the threshold) those are kept that no cheaper one equals in mean
/// loss, at most `most_knobs` of them, evenly spaced. Both cost and loss then fall and rise strictly along the path on
/// the fit split, though lambda's own path does not. Errors: those of the policy and of the loss; columns too large.
[[nodiscard]] Expected<KnobPath> knob_path(const analyse::Analysis& analysis, const cost::Costs& costs,
                                           std::string_view policy, Loss loss, std::size_t most_knobs = 100);

}  // namespace exitscope::risk
