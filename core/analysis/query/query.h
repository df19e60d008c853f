// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/analysis/query/fields.h"

namespace exitscope::query {

/// Longest text that is read, in bytes; how many conditions it may have, and how deep parentheses and negations may
/// nest.
inline constexpr std::size_t longest_text = 4096;
inline constexpr std::size_t most_conditions = 64;
inline constexpr std::size_t deepest = 32;

enum class Comparison { equal, not_equal, less, less_equal, greater, greater_equal };

/// One value as written: `text` without its quotes; `position` is a byte of the query's text.
struct Value {
    std::string text;
    std::size_t position = 0;
    bool quoted = false;
};

/// "class:cat,dog", "cost<0.5", "wrong".
struct Condition {
    Field field{};
    Comparison comparison = Comparison::equal;
    std::vector<Value> values;  ///< any of them; one unless the comparison is (not_)equal; none for a flag
    bool flag = true;           ///< of a flag: what it must be
    std::size_t position = 0;   ///< of the field's name
};

/// Postfix: a condition puts its truth on a stack, the others combine what is there.
struct Step {
    enum class Kind { condition, negation, conjunction, disjunction };
    Kind kind = Kind::condition;
    Condition condition = {};
};

/// A search as written, independent of any run (names of classes are resolved by Predicate::bind):
///
///     query     = all { "or" all }
///     all       = one { ["and"] one }
///     one       = ("not" | "-" | "!") one | "(" query ")" | condition
///     condition = flag | field ("=" | ":" | "!=") value { "," value } | field ("<" | "<=" | ">" | ">=") value
///     value     = word | "quoted, with \" and \\" | number ["%"] [".." number ["%"]]
struct Query {
    std::string text;
    std::vector<Step> steps;
};

/// Errors (usage), `where` = "character N" of the text: anything that is not of the form above, an unknown field, a
/// text that is too long has too many conditions or nests too deeply, or none at all.
[[nodiscard]] Expected<Query> parse(std::string_view text);

/// "character N" for a byte of a text: how errors name a place.
[[nodiscard]] std::string place(std::string_view text, std::size_t position);

/// `value` as it has to be written so that it is read back as the same text.
[[nodiscard]] std::string quoted(std::string_view value);

}  // namespace exitscope::query
