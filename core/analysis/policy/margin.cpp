// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/policies.h"
#include "core/analysis/policy/score.h"
#include "core/analysis/policy/threshold_rules.h"

namespace exitscope::policy {

/// Margins lie in [0, 1]; the lowest threshold is below 0 because a tie has margin 0.
Expected<FittedPtr> fit_margin(const Context& context)
{
    if (Expected<void> known = check_distribution(context, "margin", "margin"); !known)
        return forward(known);
    const Score score{[](const run::Statistics& s) { return static_cast<double>(s.margin); }, -1.0, 1.0, 1.0,
                      ExitScore::Kind::margin};
    return fit_knob(context, threshold_rules(context.run, score, {chain_to(context.run, context.run.full())}));
}

}  // namespace exitscope::policy
