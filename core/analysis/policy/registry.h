// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/analysis/policy/policy.h"

namespace exitscope::policy {

/// All policies in the order of policies.h.
[[nodiscard]] std::span<const Info> registry();
/// Null for an unknown name.
[[nodiscard]] const Info* find(std::string_view name);
/// A person's name for a policy; an unknown one stays as it is.
[[nodiscard]] std::string title(std::string_view name);

}  // namespace exitscope::policy
