// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/list_table.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#include "core/base/formats/image_header.h"
#include "core/base/label_text.h"
#include "core/base/text.h"
#include "core/network/dataset/formats.h"

namespace exitscope::dataset {
namespace {

/// Of at most 64 lines: how many hold each separator outside of quotes.
char find_separator(std::string_view text)
{
    constexpr std::size_t most_lines = 64;
    constexpr std::array<char, 5> candidates{'\t', ';', ',', '|', ' '};
    std::array<std::size_t, candidates.size()> holding{};
    std::size_t lines = 0;
    while (!text.empty() && lines < most_lines) {
        std::array<bool, candidates.size()> here{};
        bool quoted = false;
        bool filled = false;
        const bool comment = text.front() == '#';
        std::size_t i = 0;
        for (; i < text.size() && (quoted || (text[i] != '\n' && text[i] != '\r')); ++i) {
            quoted = quoted != (text[i] == '"');
            filled = filled || (text[i] != ' ' && text[i] != '\t');
            const auto found = std::find(candidates.begin(), candidates.end(), text[i]);
            if (!quoted && filled && found != candidates.end())
                here[static_cast<std::size_t>(found - candidates.begin())] = true;
        }
        text.remove_prefix(std::min(i + 1, text.size()));
        if (!filled || comment)
            continue;
        ++lines;
        for (std::size_t c = 0; c < candidates.size(); ++c)
            holding[c] += here[c] ? 1 : 0;
    }
    for (std::size_t c = 0; c < candidates.size(); ++c)
        if (holding[c] > 0 && 2 * holding[c] >= lines)
            return candidates[c];
    return '\n';
}

/// Fields between runs of blanks and tabs; a quoted one may hold blanks.
std::vector<std::string> split_at_blanks(std::string_view line)
{
    constexpr std::string_view blanks = " \t";
    std::vector<std::string> fields;
    while (true) {
        line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
        if (line.empty())
            return fields;
        const bool quoted = line.front() == '"' && line.find('"', 1) != std::string_view::npos;
        const std::size_t end = std::min(quoted ? line.find('"', 1) + 1 : line.find_first_of(blanks), line.size());
        fields.emplace_back(line.substr(0, end));
        line.remove_prefix(end);
    }
}

/// One field per line, then split at blanks.
void split_rows_at_blanks(std::vector<formats::CsvRow>& rows, const std::vector<std::string>& lines)
{
    bool even = true;
    bool images_first = true;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i].fields = split_at_blanks(lines[i]);
        even = even && rows[i].fields.size() == rows.front().fields.size();
        images_first = images_first && formats::is_image_extension(lower_extension(unquoted(rows[i].fields.front())));
    }
    if (even)
        return;
    if (images_first) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const std::string first = rows[i].fields.front();
            const std::string_view rest = trimmed(lines[i], " \t").substr(first.size());
            rows[i].fields = {first, std::string(trimmed(rest, " \t"))};
        }
        return;
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::vector<std::string>& fields = rows[i].fields;
        if (fields.size() < 2)
            continue;
        std::string last = std::move(fields.back());
        const std::string_view line = lines[i];
        std::string path(line.substr(0, line.find_last_not_of(" \t") + 1 - last.size()));
        fields = {std::move(path), std::move(last)};
    }
}

/// The file's lines that are not empty.
std::vector<formats::CsvRow> lines_of(std::string_view text)
{
    std::vector<formats::CsvRow> rows;
    std::size_t number = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        ++number;
        if (line.find_first_not_of(" \t\r") == std::string_view::npos)
            continue;
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        rows.push_back({number, {std::string(line)}});
    }
    return rows;
}

}  // namespace

std::string ListTable::separator_name() const
{
    switch (separator) {
    case '\t': return "tabs";
    case ';': return "semicolons";
    case ',': return "commas";
    case '|': return "bars";
    case ' ': return "blanks";
    default: return {};
    }
}

Expected<ListTable> read_list_table(std::string_view text, std::string_view file)
{
    ListTable table;
    table.separator = find_separator(text);
    if (table.separator == ' ') {
        table.rows = lines_of(text);
        std::vector<std::string> lines;
        for (formats::CsvRow& row : table.rows)
            lines.push_back(std::move(row.fields.front()));
        split_rows_at_blanks(table.rows, lines);
    } else if (table.separator == '\n') {
        table.rows = lines_of(text);
    } else {
        formats::CsvReader reader(text, table.separator);
        while (true) {
            Expected<std::optional<formats::CsvRow>> row = reader.next(file);
            if (!row)
                return forward(row);
            if (!*row)
                break;
            table.rows.push_back(std::move(**row));
        }
    }
    for (formats::CsvRow& row : table.rows)
        for (std::string& field : row.fields)
            field = unquoted(field);
    std::erase_if(table.rows, [](const formats::CsvRow& row) {
        return std::all_of(row.fields.begin(), row.fields.end(),
                           [](const std::string& field) { return field.empty(); });
    });
    return table;
}

}  // namespace exitscope::dataset
