// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/network/dataset/dataset.h"

namespace exitscope::dataset {

/// The image as a small PNG file, its longer side at most 96 pixels; tiny images are enlarged without
/// smoothing. Float images are stretched from their smallest to their largest value. Empty for images without pixels
/// or with a channel count that is neither 1 nor 3.
[[nodiscard]] std::vector<unsigned char> thumbnail_png(const Image& image);

/// A function that returns thumbnail_png() of the image at a position of `images`. Its result is empty when that image
/// does not exist or its label differs from `label`. `images` may be null.
[[nodiscard]] std::function<std::vector<unsigned char>(SampleIndex position, std::int32_t label)>
thumbnails_of(DatasetPtr images);

}  // namespace exitscope::dataset
