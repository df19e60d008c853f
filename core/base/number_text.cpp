// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/number_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace exitscope {
namespace {

/// Digits that are printed after the point, at most.
constexpr int most_decimals = 64;

/// What std::to_chars writes of the arguments.
template <class... Arguments>
std::string written(Arguments... arguments)
{
    std::array<char, std::numeric_limits<double>::max_exponent10 + most_decimals + 8> text;
    const std::to_chars_result end = std::to_chars(text.data(), text.data() + text.size(), arguments...);
    return {text.data(), end.ptr};
}

}  // namespace

std::string fixed_text(double value, int decimals)
{
    return written(value, std::chars_format::fixed, std::min(decimals, most_decimals));
}

std::string general_text(double value, int digits)
{
    return written(value, std::chars_format::general, std::min(digits, most_decimals));
}

std::string shortest_text(double value)
{
    return written(value);
}

std::string shortest_text(float value)
{
    return written(value);
}

std::optional<double> number_of(std::string_view text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

}  // namespace exitscope
