// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace exitscope::run {

/// A CSV file of numbers, one length of rows throughout.
struct NumberTable {
    std::vector<std::string> head;  ///< lower-case column names; empty without a head line
    std::size_t columns = 0;
    std::vector<double> values;  ///< [rows * columns]

    [[nodiscard]] std::size_t rows() const { return columns > 0 ? values.size() / columns : 0; }
    [[nodiscard]] double at(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
    /// The first column that has one of these names.
    [[nodiscard]] std::optional<std::size_t> find(std::initializer_list<std::string_view> names) const;
};

/// A .csv (comma or semicolon) or .tsv file. A first line in which a field is no number is the head. Errors: no
/// numbers; a field that is none, or a line of another length, named.
[[nodiscard]] Expected<NumberTable> read_numbers(const std::filesystem::path& path);

/// The whole text as one number; "nan" and "inf" are numbers, too.
[[nodiscard]] std::optional<double> to_number(std::string_view text);

/// Tab for .tsv files, else what the first line of the text has more of, comma or semicolon.
[[nodiscard]] char separator_of(const std::filesystem::path& path, std::string_view text);

}  // namespace exitscope::run
