// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/analysis/analyse/familiarity.h"

namespace exitscope::report {

/// What a suspicious familiarity means for errors estimated on the images fitted on, in one sentence without a full
/// stop, with the numbers and the advice.
[[nodiscard]] std::string to_sentence(const Familiarity& seen);

}  // namespace exitscope::report
