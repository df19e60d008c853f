// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/analysis/run/run.h"

namespace exitscope::tests {

struct DegenerateRun {
    std::string name;
    run::RunPtr run;
};

/// Runs on which there is little or nothing to decide: all answers right or wrong, equal or constant exits, one class,
/// one exit, one, two or thirty images, few labels, none to test on or none at all, stages that cost nothing, huge
/// logits, a last exit that is the worst or the only useful one. Each is consistent and can be saved.
[[nodiscard]] std::vector<DegenerateRun> degenerate_runs();

}  // namespace exitscope::tests
