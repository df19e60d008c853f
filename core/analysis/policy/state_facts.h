// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/analysis/cost/cost.h"
#include "core/analysis/run/run.h"
#include "core/base/index.h"

namespace exitscope::policy {

/// Accuracy of every state over the labelled samples of the fit split. [states]
[[nodiscard]] std::vector<double> state_accuracy(const run::Run& run);

/// Whether a state is offered (Costs::offers) or on the way to one that is. [states]
[[nodiscard]] std::vector<bool> leads_to_offered(const run::Run& run, const cost::Costs& costs);
/// Roots of the run that do.
[[nodiscard]] std::vector<StateIndex> offered_roots(const run::Run& run, const cost::Costs& costs);

}  // namespace exitscope::policy
