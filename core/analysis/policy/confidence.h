// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/policy/statistic_score.h"

namespace exitscope::policy {

/// max p, in (0, 1].
[[nodiscard]] StatisticScore confidence_score();

}  // namespace exitscope::policy
