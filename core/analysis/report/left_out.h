// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/analysis/run/run.h"

namespace exitscope::report {

/// The images that were left out of a run, with their reasons; one that both splits name (they were drawn from the same
/// data) once.
[[nodiscard]] std::vector<std::string> left_out(const run::Run& run);

/// "12 images: a.png: is empty; b.png: ... and 2 more": the first ten of left_out(); empty when there are none.
[[nodiscard]] std::string left_out_text(const run::Run& run);

}  // namespace exitscope::report
