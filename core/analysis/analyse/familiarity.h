// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/run/run.h"
#include "core/base/familiarity.h"

namespace exitscope::analyse {

/// Fit against test split of a run; both 0 samples when one of them has no labels.
[[nodiscard]] Familiarity familiarity(const run::Run& run);

}  // namespace exitscope::analyse
