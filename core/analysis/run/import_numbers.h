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

/// A CSV file of numbers, all rows of the same length.
struct NumberTable {
    std::vector<std::string> head;  ///< lower-case column names; empty without a head line
    std::size_t columns = 0;
    std::vector<double> values;  ///< [rows * columns]

    [[nodiscard]] std::size_t rows() const { return columns > 0 ? values.size() / columns : 0; }
    [[nodiscard]] double at(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
    /// The first column that has one of these names.
    [[nodiscard]] std::optional<std::size_t> find(std::initializer_list<std::string_view> names) const;
};

/// Reads a .csv (comma or semicolon) or .tsv file. A first line with a field that is not a number is the head. Errors:
/// no numbers; a field that is not a number, or a line of another length, named.
[[nodiscard]] Expected<NumberTable> read_numbers(const std::filesystem::path& path);

/// The whole text as one number, "nan" and "inf" included; nullopt for other text.
[[nodiscard]] std::optional<double> to_number(std::string_view text);

/// Tab for .tsv files; otherwise comma or semicolon, whichever the first line of the text has more of.
[[nodiscard]] char separator_of(const std::filesystem::path& path, std::string_view text);

}  // namespace exitscope::run
