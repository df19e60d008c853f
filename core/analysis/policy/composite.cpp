// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/confidence.h"
#include "core/analysis/policy/policies.h"

namespace exitscope::policy {

/// One rule per state: the chain that ends there. Chains that end early are paths of fewer stages, so that every static
/// model is among the candidates.
Expected<FittedPtr> fit_composite(const Context& context)
{
    std::vector<Chain> chains;
    for (std::size_t s = 0; s < context.run.states.size(); ++s)
        if (context.costs.offers(StateIndex(s)))
            chains.push_back(chain_to(context.run, StateIndex(s)));
    return fit_knob(context, threshold_rules(context.run, confidence_score(), std::move(chains)));
}

}  // namespace exitscope::policy
