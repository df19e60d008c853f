// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/network/dataset/dataset.h"

namespace exitscope::dataset {

/// Unlabelled images that are already decoded, as a data set.
[[nodiscard]] DatasetPtr in_memory(std::vector<Image> images, std::string name);

}  // namespace exitscope::dataset
