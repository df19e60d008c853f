// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/precision.h"

namespace exitscope {

std::string Precision::name() const
{
    if (is_float())
        return "fp32";
    return "w" + std::to_string(weight_bits) + "a" + std::to_string(activation_bits);
}

std::optional<Precision> Precision::parse(std::string_view text)
{
    if (text == "fp32")
        return fp32;
    const auto digit = [](char c) { return c >= '2' && c <= '8'; };
    if (text.size() != 4 || text[0] != 'w' || text[2] != 'a' || !digit(text[1]) || !digit(text[3]))
        return std::nullopt;
    return Precision{static_cast<std::uint8_t>(text[1] - '0'), static_cast<std::uint8_t>(text[3] - '0')};
}

}  // namespace exitscope
