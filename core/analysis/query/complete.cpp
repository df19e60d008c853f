// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/query/complete.h"

#include <algorithm>

#include "core/analysis/query/query.h"

namespace exitscope::query {
namespace {

/// Start of the word at the end, and, if that word is a value, its field.
struct Last {
    std::size_t begin = 0;
    const FieldName* field = nullptr;
    bool in_quotes = false;
};

Last last_word(std::string_view typed)
{
    Last last;
    std::size_t word = 0;
    bool quotes = false;
    for (std::size_t i = 0; i < typed.size(); ++i) {
        const char c = typed[i];
        if (quotes) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                quotes = false;
            continue;
        }
        if (c == '"') {
            quotes = true;
            last.begin = i;
        } else if (c == ':' || c == '=' || c == '<' || c == '>' || c == '!') {
            if (const FieldName* field = find_field(typed.substr(word, i - word)))
                last.field = field;
            last.begin = i + 1;
            if (c == '!' && !last.field)
                word = i + 1;
        } else if (c == ',') {
            last.begin = i + 1;
        } else if (c == ' ' || c == '\t' || c == '(' || c == ')') {
            const bool value_due = i > 0 && last.field && (last.begin == i);  // a blank after "class:" or ","
            if (!value_due) {
                last.field = nullptr;
                word = i + 1;
            }
            last.begin = i + 1;
        } else if (c == '-' && last.begin == i && !last.field) {
            word = i + 1;
            last.begin = i + 1;
        }
    }
    last.in_quotes = quotes;
    return last;
}

/// 1 if `name` starts with `typed`, 2 if another word of `name` does, else 0.
int match(std::string_view name, std::string_view typed)
{
    if (same_word(name.substr(0, typed.size()), typed))
        return 1;
    for (std::size_t i = 1; i + typed.size() <= name.size(); ++i)
        if ((name[i - 1] == ' ' || name[i - 1] == '_' || name[i - 1] == '-') &&
            same_word(name.substr(i, typed.size()), typed))
            return 2;
    return 0;
}

std::vector<std::string> values_of(Field field, const run::Run& run)
{
    std::vector<std::string> values;
    switch (kind_of(field)) {
    case FieldKind::class_name:
        if (run.class_names.empty())
            for (std::size_t c = 0; c < run.classes; ++c)
                values.push_back(std::to_string(c));
        else
            values = run.class_names;
        break;
    case FieldKind::precision:
        for (const Precision precision : run.precisions)
            values.push_back(precision.name());
        break;
    case FieldKind::path:
        for (const run::State& state : run.states)
            values.push_back(state.name());
        break;
    case FieldKind::number:
        if (field == Field::exit)
            for (std::size_t e = 0; e < run.exit_count(); ++e)
                values.push_back(std::to_string(e + 1));
        break;
    case FieldKind::flag: break;
    }
    return values;
}

}  // namespace

Completion complete(std::string_view typed, const run::Run& run, std::size_t limit)
{
    Completion completion;
    if (typed.size() > longest_text)
        return completion;
    const Last last = last_word(typed);
    completion.begin = last.begin;
    std::string_view start = typed.substr(last.begin);
    if (last.in_quotes)
        start.remove_prefix(1);
    for (int rank = 1; rank <= 2; ++rank) {
        const auto offer = [&](std::string_view name, std::string text, std::string_view description) {
            if (completion.suggestions.size() < limit && match(name, start) == rank && name != start)
                completion.suggestions.push_back({std::move(text), std::string(description)});
        };
        if (last.field) {
            for (const std::string& value : values_of(last.field->field, run))
                offer(value, query::quoted(value), {});
        } else if (!last.in_quotes) {
            for (const FieldName& name : field_names()) {
                if (name.description.empty())
                    continue;
                const FieldKind kind = kind_of(name.field);
                const bool chosen =
                    kind == FieldKind::class_name || kind == FieldKind::precision || kind == FieldKind::path;
                offer(name.name, std::string(name.name) + (chosen ? ":" : ""), name.description);
            }
        }
    }
    return completion;
}

}  // namespace exitscope::query
