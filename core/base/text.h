// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <string_view>

namespace exitscope {

/// `text` without the characters of `blanks` at its ends.
[[nodiscard]] inline std::string_view trimmed(std::string_view text, std::string_view blanks = " ")
{
    const std::size_t begin = std::min(text.find_first_not_of(blanks), text.size());
    return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

}  // namespace exitscope
