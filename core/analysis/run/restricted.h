// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/run/run.h"

namespace exitscope::run {

/// The run as it would be had it been evaluated under `schedule`: without the states that this does not allow. Only
/// those of the run's own schedule are there to begin with; the full model is always among what is left.
[[nodiscard]] RunPtr restricted(const RunPtr& run, Schedule schedule);

}  // namespace exitscope::run
