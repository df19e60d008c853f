// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Numbers as text and back, the same whatever the locale of the process: QApplication sets the user's, which printf,
/// strtod and std::to_string(double) follow.
namespace exitscope {

/// As printf's "%.*f": `decimals` digits after the point.
[[nodiscard]] std::string fixed_text(double value, int decimals);
/// As printf's "%.*g": `digits` significant digits.
[[nodiscard]] std::string general_text(double value, int digits);
/// The shortest text that reads back as the same number.
[[nodiscard]] std::string shortest_text(double value);
[[nodiscard]] std::string shortest_text(float value);

/// The whole text as one number with a decimal point, "nan" and "inf" included; nullopt for other text.
[[nodiscard]] std::optional<double> number_of(std::string_view text);

}  // namespace exitscope
