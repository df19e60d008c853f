// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/run/run.h"

namespace exitscope::run {

/// The run without the states that `schedule` does not allow, as if it had been evaluated under `schedule`. States that
/// the run's own schedule excluded stay missing. The full model is always kept.
[[nodiscard]] RunPtr restricted(const RunPtr& run, Schedule schedule);

}  // namespace exitscope::run
