// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>
#include <vector>

#include "core/analysis/policy/policy.h"

namespace exitscope::policy {

/// Error: a fit split without a labelled sample.
[[nodiscard]] Expected<void> check_fit_split(const Context& context);

/// Error: a run that knows confidences only (Run::confidences_only); `what` is what the policy `name` lacks.
[[nodiscard]] Expected<void> check_distribution(const Context& context, std::string_view name, std::string_view what);

/// Accuracy of every state over the labelled samples of the fit split. [states]
[[nodiscard]] std::vector<double> state_accuracy(const run::Run& run);

/// Whether a state is offered (Costs::offers) or on the way to one that is. [states]
[[nodiscard]] std::vector<bool> leads_to_offered(const run::Run& run, const cost::Costs& costs);
/// Roots of the run that do.
[[nodiscard]] std::vector<StateIndex> offered_roots(const run::Run& run, const cost::Costs& costs);

}  // namespace exitscope::policy
