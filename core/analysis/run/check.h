// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "core/analysis/run/run.h"

namespace exitscope::run {

/// How much of a run is loaded: an outline lacks the columns with probabilities and statistics (see load()).
enum class Extent { outline, whole };

/// The first inconsistency of a run, as a sentence that names the column; nullopt when all sizes agree, every index is
/// in range, the states form a tree in order, and all numbers are finite. Every function that reads a run from outside
/// calls this once, so that no other code has to check.
[[nodiscard]] std::optional<std::string> inconsistency(const Run& run, Extent extent = Extent::whole);

}  // namespace exitscope::run
