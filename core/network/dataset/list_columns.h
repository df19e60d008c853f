// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/notice.h"
#include "core/network/dataset/list_table.h"

namespace exitscope::dataset {

/// What the columns of a list mean.
struct ListColumns {
    std::optional<std::size_t> path;   ///< none: the list holds labels alone
    std::optional<std::size_t> label;  ///< none: unlabelled
    bool header = false;               ///< the first row names the columns
    bool first_word = false;           ///< the label is the first word of its field
    /// several columns, one for each class in their order, of which every row marks one by 1 and the others by 0;
    /// instead of `label`
    std::vector<std::size_t> one_hot;
    std::vector<std::string> one_hot_names;
    Notices notices;
};

/// Removes lines that begin with "#" and neither name an image nor, as the first line, the columns.
void drop_comments(ListTable& table);

/// By the names in the first row, by what looks like an image file, and by place. `exists(name)` says whether a name
/// without the extension of an image stands for an image. The table has a row. Error: no column names files.
[[nodiscard]] Expected<ListColumns> find_columns(const ListTable& table, const std::string& file,
                                                 const std::function<bool(const std::string&)>& exists);

}  // namespace exitscope::dataset
