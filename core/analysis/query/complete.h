// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/analysis/run/run.h"

namespace exitscope::query {

/// Completions of the word at the end of a partly typed query.
struct Completion {
    std::size_t begin = 0;  ///< byte at which that word starts; a suggestion replaces the text from there
    struct Suggestion {
        std::string text;         ///< "class:", "wrong", "\"ankle boot\""
        std::string description;  ///< for lists; empty for values
    };
    std::vector<Suggestion> suggestions;  ///< at most `limit`, best first
};

/// `typed` is the text up to the cursor. Suggests fields and flags where a condition may start, and names of classes,
/// precisions and states where a value is expected. No suggestions inside a number.
[[nodiscard]] Completion complete(std::string_view typed, const run::Run& run, std::size_t limit = 50);

}  // namespace exitscope::query
