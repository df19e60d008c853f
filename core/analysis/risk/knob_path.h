// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>
#include <vector>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/risk/loss.h"
#include "core/analysis/risk/selection.h"

namespace exitscope::risk {

/// The settings of one policy in the order in which risk control tries them, safest first, with the cost and the loss
/// of each on the test split's usable samples.
struct KnobPath {
    std::vector<policy::Point> points;   ///< [knobs] measured on the fit split; the most expensive and safest first
    std::vector<std::uint32_t> samples;  ///< positions in the test split of the samples in the columns below
    LossTable losses;
    std::vector<float> relative_cost;  ///< [knobs * samples]
};

/// Settings and their order are determined on the fit split alone. Of all settings of the policy's knob (for QuEE
/// lambda and the first stage's precision, for a composite the path and the threshold) those are kept that have a
/// smaller mean loss than every cheaper setting, at most `most_knobs` of them, evenly spaced. Along the path cost falls
/// and loss rises, strictly, on the fit split; along raw lambda they need not. Errors: those of the policy and of the
/// loss; columns too large.
[[nodiscard]] Expected<KnobPath> knob_path(const analyse::Analysis& analysis, const cost::Costs& costs,
                                           std::string_view policy, Loss loss, std::size_t most_knobs = 100);

}  // namespace exitscope::risk
