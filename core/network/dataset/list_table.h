// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/formats/csv_rows.h"

namespace exitscope::dataset {

/// Rows of a text file, taken apart at the separator that most of its first lines hold.
struct ListTable {
    char separator = ',';  ///< tab, ';', ',', '|', or ' ' for any number of blanks and tabs; '\n' when there is none
    std::vector<formats::CsvRow> rows;
    [[nodiscard]] std::string separator_name() const;  ///< "semicolons"
};

/// Fields are free of blanks at their ends and may be quoted. Where blanks separate and names hold blanks
/// themselves, a row is its first field and the rest if all first fields are image files, else what stands before its
/// last blank and what follows it. Errors: those of CsvReader.
[[nodiscard]] Expected<ListTable> read_list_table(std::string_view text, std::string_view file);

}  // namespace exitscope::dataset
