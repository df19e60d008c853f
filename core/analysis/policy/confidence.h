// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/policy/threshold_rules.h"

namespace exitscope::policy {

/// max p, in (0, 1].
[[nodiscard]] Score confidence_score();

}  // namespace exitscope::policy
