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

/// What is to be known about numbers that come from a part of the images:
/// * `partly-labelled`: some images have no label, so that accuracies are those of the others;
/// * `few-labels`: so few that an accuracy says little.
/// None for images without any label.
[[nodiscard]] Notices label_notices(const LabelCount& split);
/// The same of both splits of a run; `few-labels` also says that errors cannot be predicted image by image.
[[nodiscard]] Notices label_notices(const LabelCount& fit, const LabelCount& test);

}  // namespace exitscope::analyse
