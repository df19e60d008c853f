// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/analysis/query/fields.h"
#include "core/base/error.h"

namespace exitscope::query {

/// Limits of a query: length in bytes, number of conditions, and nesting depth of parentheses and negations.
inline constexpr std::size_t longest_text = 4096;
inline constexpr std::size_t most_conditions = 64;
inline constexpr std::size_t deepest = 32;

enum class Comparison { equal, not_equal, less, less_equal, greater, greater_equal };

/// One value of a condition: `text` without quotes; `position` is its byte offset in the query.
struct Value {
    std::string text;
    std::size_t position = 0;
    bool quoted = false;
};

/// "class:cat,dog", "cost<0.5", "wrong".
struct Condition {
    Field field{};
    Comparison comparison = Comparison::equal;
    std::vector<Value> values;  ///< any of them may match; one unless the comparison is (not_)equal; none for a flag
    bool flag = true;           ///< of a flag: the value it must have
    std::size_t position = 0;   ///< byte offset of the field's name
};

/// One step of a query in postfix form: a condition pushes its truth value, the other steps combine those on the stack.
struct Step {
    enum class Kind { condition, negation, conjunction, disjunction };
    Kind kind = Kind::condition;
    Condition condition = {};
};

/// A parsed query, independent of any run (names of classes are resolved by Predicate::bind()):
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

/// Errors (usage), `where` = "character N" of the text: text that does not match the grammar above, an unknown field, a
/// text beyond the limits, an empty text.
[[nodiscard]] Expected<Query> parse(std::string_view text);

/// "character N" for a byte offset of a text, the form in which errors give places.
[[nodiscard]] std::string place(std::string_view text, std::size_t position);

/// `value` in the form that parse() reads back as the same text, quoted if necessary.
[[nodiscard]] std::string quoted(std::string_view value);

}  // namespace exitscope::query
