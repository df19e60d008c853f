// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/dataset/image.h"

namespace exitscope::report {

/// The image as a small PNG file, its longer side at most 96 pixels; tiny images are enlarged without
/// smoothing. Float images are stretched from their smallest to their largest value. Empty for images without pixels
/// or with a channel count that is neither 1 nor 3.
[[nodiscard]] std::vector<unsigned char> thumbnail_png(const dataset::Image& image);

/// A PNG file as a data URI.
[[nodiscard]] std::string png_uri(const std::vector<unsigned char>& png);

/// RFC 4648.
[[nodiscard]] std::string base64(const unsigned char* bytes, std::size_t count);

}  // namespace exitscope::report
