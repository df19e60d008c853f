// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/run/import_numbers.h"

#include <algorithm>

#include "core/base/file.h"
#include "core/base/formats/csv_rows.h"
#include "core/base/number_text.h"
#include "core/base/text.h"

namespace exitscope::run {
namespace {

constexpr std::uint64_t most_bytes = std::uint64_t{2} << 30;
constexpr std::string_view blanks = " \t";

}  // namespace

std::optional<std::size_t> NumberTable::find(std::initializer_list<std::string_view> names) const
{
    for (const std::string_view name : names)
        if (const auto found = std::find(head.begin(), head.end(), name); found != head.end())
            return static_cast<std::size_t>(found - head.begin());
    return std::nullopt;
}

std::optional<double> to_number(std::string_view text)
{
    text = trimmed(text, blanks);
    if (text.starts_with('+'))
        text.remove_prefix(1);
    return number_of(text);
}

char separator_of(const std::filesystem::path& path, std::string_view text)
{
    if (path.extension() == ".tsv")
        return '\t';
    const std::string_view line = text.substr(0, text.find('\n'));
    return std::count(line.begin(), line.end(), ';') > std::count(line.begin(), line.end(), ',') ? ';' : ',';
}

Expected<NumberTable> read_numbers(const std::filesystem::path& path)
{
    const std::string file = path.string();
    Expected<std::vector<std::byte>> bytes = read_file(path, most_bytes);
    if (!bytes)
        return forward(bytes);
    Expected<std::string> text = formats::as_text(*bytes, file);
    if (!text)
        return forward(text);
    formats::CsvReader reader(*text, separator_of(path, *text));
    NumberTable table;
    while (true) {
        Expected<std::optional<formats::CsvRow>> row = reader.next(file);
        if (!row)
            return forward(row);
        if (!*row)
            break;
        const std::vector<std::string>& fields = (*row)->fields;
        const std::string line = "line " + std::to_string((*row)->line);
        if (table.columns == 0) {
            table.columns = fields.size();
            if (!std::all_of(fields.begin(), fields.end(), to_number)) {
                for (const std::string& field : fields)
                    table.head.push_back(lower(trimmed(field, blanks)));
                continue;
            }
        }
        if (fields.size() != table.columns)
            return bad_input(file, line + " has " + std::to_string(fields.size()) + " fields, lines before it have " +
                                       std::to_string(table.columns));
        for (const std::string& field : fields) {
            const std::optional<double> value = to_number(field);
            if (!value)
                return bad_input(file, line + " has '" + field.substr(0, 32) + "' where a number is expected");
            table.values.push_back(*value);
        }
    }
    if (table.values.empty())
        return bad_input(file, "holds no numbers");
    return table;
}

}  // namespace exitscope::run
