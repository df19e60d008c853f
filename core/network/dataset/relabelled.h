// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/labels.h"
#include "core/network/dataset/dataset.h"

namespace exitscope::dataset {

/// The same images with other facts and, where given, other labels (one per sample, -1 = none). The content hash stays:
/// it identifies the files, whatever the numbers of their classes.
[[nodiscard]] DatasetPtr relabelled(DatasetPtr whole, Info info, std::optional<Labels> labels);

/// The labels of all samples with `numbers[class]` for each class; -1 and classes beyond `numbers` leave a sample
/// unlabelled.
[[nodiscard]] Labels mapped_labels(const Dataset& data, const std::vector<std::int32_t>& numbers);

}  // namespace exitscope::dataset
