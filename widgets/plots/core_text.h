// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

#include <QString>

namespace exitscope::plots {

/// A fixed text of the core in the window's language: description of a policy, cost model, loss, guarantee, phase of a
/// job. A text without translation is returned unchanged. Names of policies are never translated, because they are
/// also used on the command line.
[[nodiscard]] QString core_text(std::string_view english);

/// All texts that core_text() translates, marked here because the core itself does not use Qt's translations.
[[nodiscard]] std::span<const char* const> core_texts();

}  // namespace exitscope::plots
