// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

#include <QString>

namespace exitscope::plots {

/// A fixed text of the core in the window's language: what a policy does, a cost model, a loss, a promise, a phase of
/// a job. What has no translation stays as it is. Names of policies are never translated: the command line takes them.
[[nodiscard]] QString core_text(std::string_view english);

/// Everything that core_text() translates; the core itself does not know of translations.
[[nodiscard]] std::span<const char* const> core_texts();

}  // namespace exitscope::plots
