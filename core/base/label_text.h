// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/labels.h"

namespace exitscope {

/// A field of a text file without blanks (also no-break spaces) and one pair of quotes around it.
[[nodiscard]] std::string_view unquoted(std::string_view text);

/// Labels that stood in a file as text.
struct NumberedLabels {
    Labels labels;
    std::vector<std::string> names;  ///< [classes], in the order of their bytes; empty when the labels are numbers
};

/// One rule for every reader. `texts` holds one label per sample, empty or -1 for none; blanks and quotes around them do not
/// count. If all are whole numbers, in any spelling ("3", "+3", "3.0", "3e0"), they are the class numbers; if none is a
/// number they are names, numbered in the order of their bytes. `place(i)` says where label i stands ("line 3").
/// Errors, with the place: numbers and names in one file, a number that is not whole or not a class number, several numbers for a
/// sample.
[[nodiscard]] Expected<NumberedLabels> number_labels(const std::vector<std::string>& texts, std::string_view file,
                                                     const std::function<std::string(std::size_t)>& place);

}  // namespace exitscope
