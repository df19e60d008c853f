// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "core/analysis/policy/knob_policy.h"

namespace exitscope::policy {

/// Options that distinguish QuEE's variants.
struct QueeOptions {
    /// One set of rules per schedule; only continuations whose precisions obey it are considered.
    std::vector<run::Schedule> schedules = {run::Schedule::free};
    /// Decide again at every gate; false: the whole path is decided at the first gate.
    bool replan = true;
};

/// QuEE's decision (methods.md#quee-decision): one rule per schedule and root state; lambda (error per unit of relative
/// cost) falls along the grid. At gate s take m* = argmin phat[s->m](z) + lambda (C(m) - C(s)) over the terminals of s,
/// the cheapest of equals; leave if m* = s, else run the next stage at the precision of m* there and decide again. The
/// precision of the first stage cannot depend on the sample: it is chosen on the fit split, per point. The samples of
/// `run.fit` are decided by predictions that did not learn from them.
[[nodiscard]] std::shared_ptr<const KnobRules> quee_rules(const run::Run& run, const cost::Costs& costs,
                                                          predict::PredictorsPtr predictors,
                                                          const QueeOptions& options = {});

}  // namespace exitscope::policy
