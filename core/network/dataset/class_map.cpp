// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

#include "core/base/file.h"
#include "core/base/labels.h"
#include "core/network/dataset/class_match.h"
#include "core/network/dataset/list_table.h"
#include "core/network/dataset/numbering.h"

namespace exitscope::dataset {
namespace {

constexpr std::int32_t absent = -2;  ///< the table has no line for the class

std::optional<std::size_t> class_number(const std::string& text)
{
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool valid = error == std::errc() && end == text.data() + text.size() && number < max_classes;
    return valid ? std::optional(number) : std::nullopt;
}

/// The class that a name of the network means; -1 when no list has it.
std::int32_t named_class(const std::string& name, const std::vector<ClassList>& lists)
{
    for (const ClassList& list : lists)
        if (const ClassMatch found = match_classes({class_entry(name)}, {true}, list); found.complete())
            return found.numbers.front();
    return -1;
}

/// The class of the data that a line means; nullopt when it has none such.
std::optional<std::size_t> source_class(const std::string& text, const ClassList& data, std::size_t count)
{
    if (data.entries.empty()) {
        const std::optional<std::size_t> number = class_number(text);
        return number && *number < count ? number : std::nullopt;
    }
    const ClassMatch found = match_classes({class_entry(text)}, {true}, data);
    return found.complete() ? std::optional(static_cast<std::size_t>(found.numbers.front())) : std::nullopt;
}

}  // namespace

Expected<std::vector<std::int32_t>> read_class_map(const std::string& path, const std::vector<ClassEntry>& names,
                                                   const std::vector<bool>& seen, const std::vector<ClassList>& lists)
{
    Expected<std::vector<std::byte>> bytes = read_file(path, 64 << 20);
    if (!bytes)
        return forward(bytes);
    Expected<std::string> text = formats::as_text(*bytes, path);
    if (!text)
        return forward(text);
    Expected<ListTable> table = read_list_table(*text, path);
    if (!table)
        return forward(table);
    const ClassList data{{}, names};
    std::vector<std::int32_t> numbers(seen.size(), absent);
    for (std::size_t i = 0; i < table->rows.size(); ++i) {
        const formats::CsvRow& row = table->rows[i];
        const std::string place = "line " + std::to_string(row.line);
        if (row.fields.size() > 2 || (row.fields.size() == 1 && table->separator == '\n'))
            return bad_input(path, place + " is not of the form from,to");
        if (i == 0 && row.fields.front() == "from")
            continue;
        const std::string to = row.fields.size() > 1 ? row.fields[1] : std::string();
        const std::optional<std::size_t> number = class_number(to);
        const std::int32_t target = to.empty() ? -1
                                    : number   ? static_cast<std::int32_t>(*number)
                                               : named_class(to, lists);
        if (!to.empty() && target < 0)
            return bad_input(path, place + " has the class " + to +
                                       ", which is no number and no known name of the network; --classes FILE gives "
                                       "its names");
        if (const auto from = source_class(row.fields.front(), data, seen.size()))
            numbers[*from] = target;
    }
    for (std::size_t c = 0; c < seen.size(); ++c)
        if (seen[c] && numbers[c] == absent)
            return bad_input(path, "has no line for the class " + (names.empty() ? std::to_string(c) : names[c].text) +
                                       " of the data");
    std::replace(numbers.begin(), numbers.end(), absent, -1);
    return numbers;
}

}  // namespace exitscope::dataset
