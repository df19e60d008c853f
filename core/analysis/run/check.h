// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "core/analysis/run/run.h"

namespace exitscope::run {

/// How much of a run is there: an outline lacks what tells how sure its answers are (see load()).
enum class Extent { outline, whole };

/// What is wrong with a run, in one sentence that names the column; nothing when every size fits every other, every
/// index is in range, the states form a tree in order, and all numbers are finite. Everything that takes a run from
/// outside asks this once, so that nothing behind it has to.
[[nodiscard]] std::optional<std::string> inconsistency(const Run& run, Extent extent = Extent::whole);

}  // namespace exitscope::run
