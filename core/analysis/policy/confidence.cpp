// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/confidence.h"

#include "core/analysis/policy/policies.h"

namespace exitscope::policy {

Score confidence_score()
{
    return {[](const run::Statistics& s) { return static_cast<double>(s.maximum); }, 0.0, 1.0, 1.0};
}

Expected<FittedPtr> fit_confidence(const Context& context)
{
    return fit_knob(context,
                    threshold_rules(context.run, confidence_score(), {chain_to(context.run, context.run.full())}));
}

}  // namespace exitscope::policy
