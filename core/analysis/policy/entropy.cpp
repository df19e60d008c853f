// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include "core/analysis/policy/fit_checks.h"
#include "core/analysis/policy/policies.h"
#include "core/analysis/policy/threshold_rules.h"

namespace exitscope::policy {
namespace {

/// StatisticScore -H; the knob is the entropy in nats below which a sample leaves.
Expected<FittedPtr> fit_entropy(const Context& context)
{
    if (Expected<void> known = check_distribution(context, "entropy", "entropy"); !known)
        return forward(known);
    const double above_all = std::log(static_cast<double>(context.run.classes) + 1.0);
    const StatisticScore score{[](const run::Statistics& s) { return -static_cast<double>(s.entropy); }, -above_all,
                               0.0, -1.0, ExitScore::Kind::entropy};
    return fit_knob(context, threshold_rules(context.run, score, {chain_to(context.run, context.run.full())}));
}

}  // namespace

constinit const Info entropy_policy{
    .name = "entropy",
    .title = "Entropy",
    .description = translatable("core", "Leaves at the first exit whose entropy is below one shared threshold; highest "
                                        "precision"),
    .line = {4, Dash::dashed, 1.6},
    .fit = fit_entropy,
    .needs_distribution = true,
};

}  // namespace exitscope::policy
