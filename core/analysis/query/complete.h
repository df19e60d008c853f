// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/analysis/run/run.h"

namespace exitscope::query {

/// Ways to go on with the word at the end of what was typed.
struct Completion {
    std::size_t begin = 0;  ///< byte at which that word starts: the suggestions stand in its place
    struct Suggestion {
        std::string text;         ///< "class:", "wrong", "\"ankle boot\""
        std::string description;  ///< for lists; empty for values
    };
    std::vector<Suggestion> suggestions;  ///< at most `limit`, best first
};

/// `typed` is the text up to the cursor. Fields and flags where a condition may start, names of classes, precisions and
/// states where a value is due. Nothing inside an unfinished number.
[[nodiscard]] Completion complete(std::string_view typed, const run::Run& run, std::size_t limit = 50);

}  // namespace exitscope::query
