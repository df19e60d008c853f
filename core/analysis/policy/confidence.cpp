// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/policy/confidence.h"

#include "core/analysis/policy/policies.h"
#include "core/analysis/policy/threshold_rules.h"

namespace exitscope::policy {

StatisticScore confidence_score()
{
    return {[](const run::Statistics& s) { return static_cast<double>(s.maximum); }, 0.0, 1.0, 1.0};
}

namespace {

Expected<FittedPtr> fit_confidence(const Context& context)
{
    return fit_knob(context,
                    threshold_rules(context.run, confidence_score(), {chain_to(context.run, context.run.full())}));
}

}  // namespace

constinit const Info confidence_policy{
    .name = "confidence",
    .title = "Confidence",
    .description =
        translatable("core", "Leaves at the first exit whose largest probability is above one shared threshold; "
                             "highest precision"),
    .line = {1, Dash::dashed, 1.8},
    .fit = fit_confidence,
};

}  // namespace exitscope::policy
