// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/fit_checks.h"
#include "core/analysis/policy/policies.h"
#include "core/analysis/policy/threshold_rules.h"

namespace exitscope::policy {
namespace {

/// Margins lie in [0, 1]; the lowest threshold is below 0 because a tie has margin 0.
Expected<FittedPtr> fit_margin(const Context& context)
{
    if (Expected<void> known = check_distribution(context, "margin", "margin"); !known)
        return forward(known);
    const StatisticScore score{[](const run::Statistics& s) { return static_cast<double>(s.margin); }, -1.0, 1.0, 1.0,
                               ExitScore::Kind::margin};
    return fit_knob(context, threshold_rules(context.run, score, {chain_to(context.run, context.run.full())}));
}

}  // namespace

constinit const Info margin_policy{
    .name = "margin",
    .title = "Margin",
    .description =
        translatable("core", "Leaves at the first exit whose two largest probabilities differ by more than one "
                             "shared threshold; highest precision"),
    .line = {3, Dash::dash_dot, 1.6},
    .fit = fit_margin,
    .needs_distribution = true,
};

}  // namespace exitscope::policy
