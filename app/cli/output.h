// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/analysis/report/text.h"
#include "core/base/error.h"
#include "core/base/notice.h"

namespace exitscope::cli {

/// Keys in the order they are written.
using Json = nlohmann::ordered_json;

/// Says each of the notices that was not said before, as a line on standard error, and remembers it for print_json().
/// Error (usage): there is one, and be_strict() was called.
[[nodiscard]] Expected<void> tell(const Notices& notices);
/// --strict: notices are errors from now on.
void be_strict();

/// One JSON object on standard output, with what was told as "notices": [{"code", "text"}]. Error: it cannot be
/// written.
[[nodiscard]] Expected<void> print_json(Json json);
/// Text on standard output. Error: it cannot be written.
[[nodiscard]] Expected<void> print_text(const std::string& text);
/// One line on standard error.
void log_line(const std::string& line);

/// Rows of cells in aligned columns: the first column to the left, the others to the right; the first row is the head.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows);

/// Numbers are worded as in the report.
using report::decimal;
using report::grouped;
using report::magnitude;
using report::percent;

}  // namespace exitscope::cli
