// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/report/text.h"

#include <cmath>
#include <cstdint>
#include <iterator>

#include "core/base/number_text.h"

namespace exitscope::report {
namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";

/// Length of the valid UTF-8 sequence at the start of `text`, 0 if there is none (RFC 3629).
std::size_t sequence_length(std::string_view text)
{
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    const std::size_t length = first < 0x80   ? 1
                               : first < 0xc2 ? 0
                               : first < 0xe0 ? 2
                               : first < 0xf0 ? 3
                               : first < 0xf5 ? 4
                                              : 0;
    if (length == 0 || length > text.size())
        return 0;
    std::uint32_t code = length == 1 ? first : first & (0xffU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (byte(i) & 0x3f);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    const bool forbidden = code > 0x10ffff || (code >= 0xd800 && code < 0xe000) || (code >= 0x7f && code < 0xa0);
    return overlong || forbidden ? 0 : length;
}

}  // namespace

std::string escape(std::string_view text)
{
    std::string safe;
    safe.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = sequence_length(text.substr(i));
        const char c = text[i];
        if (length == 0 || (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'))
            safe += replacement;
        else if (text.substr(i, 2) == " %")
            safe += "\u00a0";
        else if (c == '&')
            safe += "&amp;";
        else if (c == '<')
            safe += "&lt;";
        else if (c == '>')
            safe += "&gt;";
        else if (c == '"')
            safe += "&quot;";
        else if (c == '\'')
            safe += "&#39;";
        else
            safe += text.substr(i, length);
        i += length == 0 ? 1 : length;
    }
    return safe;
}

std::string decimal(double value, int decimals)
{
    return std::isfinite(value) ? fixed_text(value, decimals) : "–";
}

std::string percent(double fraction, int decimals)
{
    return std::isfinite(fraction) ? decimal(100 * fraction, decimals) + " %" : "–";
}

std::string points(double fraction)
{
    const std::string text = decimal(100 * std::abs(fraction), 2);
    return text == "0.00" ? text : (fraction < 0 ? "−" : "+") + text;
}

std::string magnitude(double value)
{
    constexpr const char* units[] = {"", " k", " M", " G", " T"};
    std::size_t unit = 0;
    for (; std::abs(value) >= 1000 && unit + 1 < std::size(units); ++unit)
        value /= 1000;
    return decimal(value, unit == 0 && value == std::floor(value) ? 0 : value < 10 ? 2 : 1) + units[unit];
}

std::string grouped(std::size_t count)
{
    const std::string digits = std::to_string(count);
    std::string text;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0)
            text += ',';
        text += digits[i];
    }
    return text;
}

}  // namespace exitscope::report
