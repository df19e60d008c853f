// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace exitscope::formats {

struct CsvRow {
    std::size_t line = 0;  ///< from 1, where the row begins
    std::vector<std::string> fields;
};

/// Rows of RFC 4180: fields may be quoted (also after blanks), a quote inside is doubled; LF or CRLF. Empty lines are
/// skipped.
class CsvReader {
public:
    CsvReader(std::string_view text, char separator) : rest_(text), separator_(separator) {}

    /// nullopt at the end. `file` names the file in messages. Errors: a quote that is never closed, or text after a
    /// closing quote.
    [[nodiscard]] Expected<std::optional<CsvRow>> next(std::string_view file);

private:
    void step();
    [[nodiscard]] std::string plain();
    [[nodiscard]] Expected<std::string> quoted(std::string_view file);

    std::string_view rest_;
    char separator_;
    std::size_t line_ = 1;
};

/// A file's bytes as text, without a byte order mark; UTF-16 with such a mark becomes UTF-8. Error: the bytes are not
/// text.
[[nodiscard]] Expected<std::string> as_text(std::span<const std::byte> bytes, std::string_view file);

}  // namespace exitscope::formats
