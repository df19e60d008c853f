// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace exitscope {

/// Marks a fixed text for the window's translations: scripts/translations finds it in the sources, and
/// plots::core_text() looks it up. The context is always "core".
[[nodiscard]] constexpr std::string_view translatable([[maybe_unused]] std::string_view context, std::string_view text)
{
    return text;
}

/// A sentence with its numbers apart, so that it can be put into another language.
struct Sentence {
    std::string_view pattern;         ///< translatable; %1, %2, ... (at most 9) stand for the values
    std::vector<std::string> values;  ///< as they are shown

    /// In English.
    [[nodiscard]] std::string text() const;
};

}  // namespace exitscope
