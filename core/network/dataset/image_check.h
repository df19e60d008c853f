// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/formats/bytes.h"
#include "core/network/dataset/dataset.h"

namespace exitscope::dataset {

struct BadImage {
    std::size_t file = 0;  ///< position in the list
    std::string reason;    ///< "does not exist", "is empty", "is a damaged or incomplete image"
};

/// Why an image file cannot be read; empty when it can. By its header and its end alone, or by decoding it whole.
[[nodiscard]] std::string why_unreadable(const formats::Bytes& file, bool decode);

/// Those of `files` (relative ones start from `root`) that cannot be read, in their order, by why_unreadable(). On up
/// to `threads` threads (0 = one per core).
[[nodiscard]] std::vector<BadImage> find_bad_images(const std::filesystem::path& root,
                                                    const std::vector<std::string>& files, bool decode,
                                                    unsigned threads);

/// What follows from the bad ones of `origins.size()` images: with Unreadable::skip the positions of the others, and
/// the bad ones are noted in `info` by their origins. Error, also when none is left: the bad ones by their `names`, at
/// most ten.
[[nodiscard]] Expected<std::vector<SampleIndex>> leave_out(const std::vector<BadImage>& bad,
                                                           const std::vector<std::string>& names,
                                                           const std::vector<std::string>& origins, bool skip,
                                                           Info& info);

}  // namespace exitscope::dataset
