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
    Labels labels;  ///< one per file, or empty
};

/// Fills in `info.labelled` and `info.class_count`. Errors: no files, too many files.
[[nodiscard]] Expected<DatasetPtr> make_image_list(ImageList list);

}  // namespace exitscope::dataset
