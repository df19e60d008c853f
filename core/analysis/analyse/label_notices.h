// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "core/base/notice.h"

namespace exitscope::analyse {

/// How many images of a split have a label.
struct LabelCount {
    std::string split;
    std::size_t labelled = 0;
    std::size_t images = 0;
};
/// `labels` [images], negative where there is none; empty = no image has one.
[[nodiscard]] LabelCount count_labels(std::string split, std::span<const std::int32_t> labels, std::size_t images);

/// `partly-labelled`: some images have no label, so that accuracies are those of the others. None for images without
/// any label.
[[nodiscard]] Notices partly_labelled(const LabelCount& split);
/// What is to be known about numbers of a run that come from a part of its images: `partly-labelled`, and `few-labels`
/// where an accuracy on the test split says little or errors cannot be predicted image by image.
[[nodiscard]] Notices label_notices(const LabelCount& fit, const LabelCount& test);

}  // namespace exitscope::analyse
