// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/formats/csv_rows.h"

#include <algorithm>
#include <array>
#include <cstdint>

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
        const std::size_t blanks = std::min(rest_.find_first_not_of(' '), rest_.size());
        if (rest_.substr(blanks).starts_with('"')) {
            rest_.remove_prefix(blanks);
            Expected<std::string> field = quoted(file);
            if (!field)
                return forward(field);
            row.fields.push_back(std::move(*field));
            rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size()));
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

namespace {

void append_utf8(std::string& text, std::uint32_t point)
{
    const auto byte = [&text](std::uint32_t value) { text += static_cast<char>(value); };
    if (point < 0x80)
        byte(point);
    else if (point < 0x800) {
        byte(0xc0 | point >> 6);
        byte(0x80 | (point & 0x3f));
    } else if (point < 0x10000) {
        byte(0xe0 | point >> 12);
        byte(0x80 | (point >> 6 & 0x3f));
        byte(0x80 | (point & 0x3f));
    } else {
        byte(0xf0 | point >> 18);
        byte(0x80 | (point >> 12 & 0x3f));
        byte(0x80 | (point >> 6 & 0x3f));
        byte(0x80 | (point & 0x3f));
    }
}

/// Lone surrogates become U+FFFD; a last odd byte is left out.
std::string utf8_of_utf16(std::string_view bytes, bool big_endian)
{
    const auto unit = [&](std::size_t i) -> std::uint32_t {
        const auto first = static_cast<unsigned char>(bytes[2 * i]);
        const auto second = static_cast<unsigned char>(bytes[2 * i + 1]);
        return big_endian ? first << 8U | second : second << 8U | first;
    };
    const std::size_t units = bytes.size() / 2;
    std::string text;
    for (std::size_t i = 0; i < units; ++i) {
        const std::uint32_t high = unit(i);
        const bool pair =
            high >= 0xd800 && high < 0xdc00 && i + 1 < units && unit(i + 1) >= 0xdc00 && unit(i + 1) < 0xe000;
        if (pair)
            append_utf8(text, 0x10000 + ((high - 0xd800) << 10) + (unit(++i) - 0xdc00));
        else
            append_utf8(text, high >= 0xd800 && high < 0xe000 ? 0xfffd : high);
    }
    return text;
}

}  // namespace

Expected<std::string> as_text(std::span<const std::byte> bytes, std::string_view file)
{
    std::string_view raw(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    std::string text;
    if (raw.starts_with("\xff\xfe") || raw.starts_with("\xfe\xff"))
        text = utf8_of_utf16(raw.substr(2), raw.front() == '\xfe');
    else
        text = raw.substr(raw.starts_with("\xef\xbb\xbf") ? 3 : 0);
    if (text.find('\0') != std::string::npos)
        return bad_input(file, "is not a text file");
    return text;
}

}  // namespace exitscope::formats
