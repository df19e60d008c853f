// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace exitscope::cli {

/// Whether an argument looks like a value of an option, and not like a file or the next option.
using LooksLikeValue = std::function<bool(std::string_view)>;

/// An option whose values may be several arguments, or none.
struct SpreadOption {
    std::vector<std::string> names;  ///< with their dashes
    LooksLikeValue is_value;
    std::string otherwise;  ///< the value when none follows; empty: the option is a list, which needs one
};

[[nodiscard]] bool is_number(std::string_view text);

/// Puts the values of each such option into its own argument, separated by commas: `--mean 0.485 0.456 0.406` and
/// `--mean "0.485, 0.456, 0.406"` become `--mean=0.485,0.456,0.406`. The first argument after a list belongs to it,
/// each further one only if it looks like its values: a file that follows is not swallowed.
[[nodiscard]] std::vector<std::string> join_values(const std::vector<std::string>& arguments,
                                                   const std::vector<SpreadOption>& options);

}  // namespace exitscope::cli
