// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/analysis/analyse/familiarity.h"

namespace exitscope::report {

/// A warning about a suspicious familiarity in one sentence without a full stop: its effect on predicted errors, the
/// accuracies, and advice.
[[nodiscard]] std::string to_sentence(const Familiarity& seen);

}  // namespace exitscope::report
