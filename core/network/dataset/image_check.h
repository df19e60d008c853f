// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "core/network/dataset/dataset.h"

namespace exitscope::dataset {

struct BadImage {
    std::size_t file = 0;  ///< position in the list
    std::string reason;    ///< "does not exist", "is empty", "is a damaged or incomplete image"
};

/// Those of `files` (relative ones start from `root`) that cannot be read, in their order: by the header and the end of
/// each file alone, or by decoding it whole. On up to `threads` threads (0 = one per core).
[[nodiscard]] std::vector<BadImage> find_bad_images(const std::filesystem::path& root,
                                                    const std::vector<std::string>& files, bool decode,
                                                    unsigned threads);

/// "a.png is empty, b.png does not exist and 3 more": at most ten. `names` are those of all files.
[[nodiscard]] std::string list_bad_images(const std::vector<BadImage>& bad, const std::vector<std::string>& names);

}  // namespace exitscope::dataset
