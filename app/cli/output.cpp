// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/output.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace exitscope::cli {
namespace {

/// What standard error was told; one process, one standard error.
Notices told;
bool strict = false;

}  // namespace

Expected<void> tell(const Notices& notices)
{
    for (const Notice& notice : notices) {
        if (std::find(told.begin(), told.end(), notice) != told.end())
            continue;
        if (strict)
            return fail(ErrorCode::usage, {}, notice.text + " (a notice, which --strict makes an error)");
        told.push_back(notice);
        log_line("exitscope: notice: " + notice.text);
    }
    return {};
}

void be_strict()
{
    strict = true;
}

Expected<void> print_text(const std::string& text)
{
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    if (!written || std::fflush(stdout) != 0)
        return fail(ErrorCode::cannot_write, "standard output", std::strerror(errno));
    return {};
}

Expected<void> print_json(Json json)
{
    json["notices"] = Json::array();
    for (const Notice& notice : told)
        json["notices"].push_back({{"code", notice.code}, {"text", notice.text}});
    return print_text(json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

void log_line(const std::string& line)
{
    std::fprintf(stderr, "%s\n", line.c_str());
}

namespace {

/// Characters, not bytes, of UTF-8 text.
std::size_t width_of(const std::string& text)
{
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

}  // namespace

std::string table(const std::vector<std::vector<std::string>>& rows)
{
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t c = 0; c < row.size(); ++c)
            widths[c] = std::max(widths[c], width_of(row[c]));
    }
    std::string text;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t c = 0; c < row.size(); ++c) {
            const std::string padding(widths[c] - width_of(row[c]), ' ');
            line += (c ? "  " : "") + (c ? padding + row[c] : row[c] + padding);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

}  // namespace exitscope::cli
