// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/formats/csv_rows.h"

#include <algorithm>
#include <array>

namespace exitscope::formats {

Expected<std::optional<CsvRow>> CsvReader::next(std::string_view file)
{
    while (!rest_.empty() && (rest_.front() == '\n' || rest_.front() == '\r'))
        step();
    if (rest_.empty())
        return std::optional<CsvRow>();
    CsvRow row;
    row.line = line_;
    while (true) {
        if (rest_.starts_with('"')) {
            Expected<std::string> field = quoted(file);
            if (!field)
                return forward(field);
            row.fields.push_back(std::move(*field));
        } else
            row.fields.push_back(plain());
        if (rest_.starts_with(separator_))
            step();
        else
            break;
    }
    if (!rest_.empty() && rest_.front() != '\n' && rest_.front() != '\r')
        return bad_input(file, "line " + std::to_string(line_) + " has text after a closing quote");
    return std::optional<CsvRow>(std::move(row));
}

void CsvReader::step()
{
    line_ += rest_.front() == '\n' ? 1 : 0;
    rest_.remove_prefix(1);
}

std::string CsvReader::plain()
{
    const std::array<char, 3> stops{separator_, '\n', '\r'};
    const std::size_t end = std::min(rest_.find_first_of(std::string_view(stops.data(), stops.size())), rest_.size());
    std::string field(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return field;
}

Expected<std::string> CsvReader::quoted(std::string_view file)
{
    const std::size_t opened = line_;
    std::string field;
    step();
    while (!rest_.empty()) {
        if (rest_.front() != '"') {
            field += rest_.front();
            step();
        } else if (rest_.substr(1).starts_with('"')) {
            field += '"';
            rest_.remove_prefix(2);
        } else {
            rest_.remove_prefix(1);
            return field;
        }
    }
    return bad_input(file, "line " + std::to_string(opened) + " opens a quote that is never closed");
}

Expected<std::string_view> as_text(std::span<const std::byte> bytes, std::string_view file)
{
    std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (text.find('\0') != std::string_view::npos)
        return bad_input(file, "is not a text file");
    if (text.starts_with("\xef\xbb\xbf"))
        text.remove_prefix(3);
    return text;
}

}  // namespace exitscope::formats
