// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluate/analysis.h"

namespace exitscope::evaluate {

/// Relative cost of the policy's cheapest point that loses at most `drop` (a fraction) against the full model, both
/// measured on the fit split, so that the choice does not look at the test split. The dearest point if none does.
[[nodiscard]] double default_budget(const PolicyResult& policy, double drop);

}  // namespace exitscope::evaluate
