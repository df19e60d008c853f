// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "core/analysis/policy/policy.h"
#include "core/base/error.h"

namespace exitscope::policy {

/// Error: a fit split without a labelled sample.
[[nodiscard]] Expected<void> check_fit_split(const Context& context);

/// Error: a run that knows confidences only (Run::confidences_only); `what` is what the policy `name` lacks.
[[nodiscard]] Expected<void> check_distribution(const Context& context, std::string_view name, std::string_view what);

}  // namespace exitscope::policy
