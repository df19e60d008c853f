// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/policy/policies.h"
#include "core/policy/quee_rules.h"

namespace exitscope::policy {
namespace {

Expected<FittedPtr> fit_with(const Context& context, const error::PredictorsPtr& predictors)
{
    if (!predictors)
        return fail(ErrorCode::usage, "quee", "the error predictors have not been fitted");
    return fit_knob(context, quee_rules(context.run, context.costs, predictors));
}

}  // namespace

Expected<FittedPtr> fit_quee(const Context& context)
{
    return fit_with(context, context.mlp);
}

Expected<FittedPtr> fit_quee_table(const Context& context)
{
    return fit_with(context, context.table);
}

}  // namespace exitscope::policy
