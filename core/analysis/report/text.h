// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace exitscope::report {

/// Text for HTML, safe between tags and inside quoted attributes; control characters and broken UTF-8 become U+FFFD,
/// and no line breaks before a per cent sign.
[[nodiscard]] std::string escape(std::string_view text);

/// "92.31 %"; "–" when it is not a number.
[[nodiscard]] std::string percent(double fraction, int decimals = 2);
/// A difference in percentage points: "−0.42".
[[nodiscard]] std::string points(double fraction);
[[nodiscard]] std::string decimal(double value, int decimals);
/// "40.6 M"
[[nodiscard]] std::string magnitude(double value);
/// "10,000"
[[nodiscard]] std::string grouped(std::size_t count);

}  // namespace exitscope::report
