// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "core/base/error.h"

namespace exitscope {

/// A share of a whole as people write it: "0.3", "30%", "30 %". Above 1 it needs the sign: 30 for 30 % is a slip that
/// would make 3,000 %. Errors (usage, at `where`): no finite number, with the remedy for a decimal comma; a number
/// above 1 without the sign, with the share that was probably meant.
[[nodiscard]] Expected<double> parse_share(std::string_view text, std::string_view where);

}  // namespace exitscope
