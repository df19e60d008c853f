// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/confidence.h"
#include "core/analysis/policy/policies.h"
#include "core/analysis/policy/threshold_rules.h"

namespace exitscope::policy {
namespace {

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

}  // namespace

constinit const Info composite_policy{
    .name = "composite",
    .title = "Composite",
    .description =
        translatable("core", "One confidence threshold on one fixed mixed-precision path, both chosen on the fit "
                             "split"),
    .line = {2, Dash::solid, 1.8},
    .fit = fit_composite,
};

}  // namespace exitscope::policy
