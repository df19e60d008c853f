// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/labels.h"
#include "core/network/dataset/dataset.h"

namespace exitscope::dataset {

/// Image files with optional labels, decoded one by one when they are asked for.
struct ImageList {
    Info info;
    std::filesystem::path root;  ///< directory that relative `files` start from
    std::vector<std::string> files;
    Labels labels;                   ///< one per file, or empty
    std::vector<std::size_t> lines;  ///< [files] where a list names them, for messages; or empty
};

/// Fills in `info.labelled` and `info.class_count` and treats unreadable files as the options say. Errors: no files,
/// too many files, unreadable files.
[[nodiscard]] Expected<DatasetPtr> make_image_list(ImageList list, const OpenOptions& options);

}  // namespace exitscope::dataset
