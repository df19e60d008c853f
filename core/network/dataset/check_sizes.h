// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/network/dataset/preprocessing.h"

namespace exitscope::dataset {

/// Looks at the sizes of all images before any work is done on them; of image files, in folders or tar files, only
/// headers are read, arrays hold images of one size. Nothing is read when `how` takes any size. Error: the first image
/// that cannot be preprocessed, with the option that says how, and how many more there are. Files that cannot be read
/// are left to the reader.
[[nodiscard]] Expected<void> check_sizes(const Dataset& data, const Preprocessing& how, unsigned threads);

}  // namespace exitscope::dataset
