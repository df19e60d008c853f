// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/report/data_uri.h"

#include <algorithm>
#include <cstdint>

namespace exitscope::report {

std::string base64(const unsigned char* bytes, std::size_t count)
{
    constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((count + 2) / 3 * 4);
    for (std::size_t i = 0; i < count; i += 3) {
        const std::size_t left = std::min<std::size_t>(3, count - i);
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k)
            group = group << 8 | (k < left ? bytes[i + k] : 0U);
        for (std::size_t k = 0; k < 4; ++k)
            text += k <= left ? digits[group >> (18 - 6 * k) & 63] : '=';
    }
    return text;
}

std::string png_uri(const std::vector<unsigned char>& png)
{
    return "data:image/png;base64," + base64(png.data(), png.size());
}

}  // namespace exitscope::report
