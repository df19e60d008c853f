// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "core/analysis/policy/knob_policy.h"

namespace exitscope::policy {

/// What varies between QuEE's rules.
struct QueeOptions {
    /// Continuations that are considered: those whose precisions obey the schedule of the rule.
    std::vector<run::Schedule> schedules = {run::Schedule::free};
    /// Decide again at every gate; false: everything is decided at the first gate.
    bool replan = true;
};

/// QuEE's decision (methods.md#quee-decision), one rule a schedule and root state, lambda (error per unit of relative
/// cost) falling along the grid: at gate s take m* = argmin phat[s->m](z) + lambda (C(m) - C(s)) over the terminals of
/// s, the cheapest of equals; leave if m* = s, else run the next stage at the precision m* asks for and decide again
/// there. The root's precision has no features to go by: the fit split chooses it per point. The samples of `run.fit`
/// are decided by predictions that did not learn from them.
[[nodiscard]] std::shared_ptr<const KnobRules> quee_rules(const run::Run& run, const cost::Costs& costs,
                                                          predict::PredictorsPtr predictors,
                                                          const QueeOptions& options = {});

}  // namespace exitscope::policy
