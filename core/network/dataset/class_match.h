// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/network/dataset/class_list.h"

namespace exitscope::dataset {

/// How the class names of a data set fit a list of names.
struct ClassMatch {
    std::vector<std::int32_t> numbers;   ///< [names] number in the list, -1 where none or several fit
    std::vector<std::string> unmatched;  ///< names that were asked for and fit none or several
    std::size_t matched = 0;

    [[nodiscard]] bool complete() const { return unmatched.empty() && matched > 0; }
    /// Every name that fits has its own number already.
    [[nodiscard]] bool keeps_numbers() const;
};

/// Finds `names` in `list`: by the whole text, by identifier, by the words without regard to case, underscores and
/// dashes, or by a synonym that only one class of the list has. `needed[i]` says whether name i must be found (a class
/// folder without images need not); two names never get the same number.
[[nodiscard]] ClassMatch match_classes(const std::vector<ClassEntry>& names, const std::vector<bool>& needed,
                                       const ClassList& list);

}  // namespace exitscope::dataset
