// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/share.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "core/base/number_text.h"
#include "core/base/text.h"

namespace exitscope {

Expected<double> parse_share(std::string_view text, std::string_view where)
{
    constexpr std::string_view blanks = " \t";
    const std::string shown = "\"" + std::string(text) + "\"";
    std::string_view number = trimmed(text, blanks);
    const bool percentage = number.ends_with('%');
    if (percentage)
        number = trimmed(number.substr(0, number.size() - 1), blanks);
    const std::optional<double> value = number_of(number);
    if (!value || !std::isfinite(*value)) {
        std::string pointed(number);
        std::replace(pointed.begin(), pointed.end(), ',', '.');
        if (pointed != number && number_of(pointed))
            return fail(ErrorCode::usage, where,
                        shown + " has a decimal comma: write " + pointed + (percentage ? "%" : ""));
        return fail(ErrorCode::usage, where, shown + " is not a share like 0.3 or 30%");
    }
    if (percentage)
        return *value / 100;
    if (*value > 1)
        return fail(ErrorCode::usage, where,
                    shown + " would be " + general_text(100 * *value, 6) + " %; did you mean " +
                        general_text(*value, 6) + " %? Write the sign for what is above 1");
    return *value;
}

}  // namespace exitscope
