// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include "core/analysis/policy/policies.h"
#include "core/analysis/policy/score.h"
#include "core/analysis/policy/threshold_rules.h"

namespace exitscope::policy {

/// Score -H; the knob is the entropy in nats below which a sample leaves.
Expected<FittedPtr> fit_entropy(const Context& context)
{
    if (Expected<void> known = check_distribution(context, "entropy", "entropy"); !known)
        return forward(known);
    const double above_all = std::log(static_cast<double>(context.run.classes) + 1.0);
    const Score score{[](const run::Statistics& s) { return -static_cast<double>(s.entropy); }, -above_all, 0.0, -1.0,
                      ExitScore::Kind::entropy};
    return fit_knob(context, threshold_rules(context.run, score, {chain_to(context.run, context.run.full())}));
}

}  // namespace exitscope::policy
