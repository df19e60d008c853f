// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>
#include <vector>

#include <QString>

#include "core/base/translatable.h"

namespace exitscope::plots {

/// A fixed text of the core in the window's language: description of a policy, cost model, loss, guarantee, phase of a
/// job. A text without translation is returned unchanged. Names of policies are never translated, because they are
/// also used on the command line.
[[nodiscard]] QString core_text(std::string_view english);

/// A sentence of the core with its values put in.
[[nodiscard]] QString core_text(const Sentence& sentence);

/// Everything without values that core_text() translates.
[[nodiscard]] std::vector<std::string_view> core_texts();

}  // namespace exitscope::plots
