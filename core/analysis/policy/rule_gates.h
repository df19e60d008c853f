// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/analysis/policy/policy.h"

namespace exitscope::policy {

/// Gates that follow a rule of thresholds over `states`. Precondition: the rule has no forecasts.
[[nodiscard]] GatesPtr rule_gates(const std::vector<run::State>& states, DecisionRule rule);

}  // namespace exitscope::policy
