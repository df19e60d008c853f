// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/dataset/image.h"

namespace exitscope::report {

/// The image as a small PNG in a data URI, its longer side at most 96 pixels; tiny images are enlarged without
/// smoothing. Float images are stretched from their smallest to their largest value. Empty for images without pixels
/// or with a channel count that is neither 1 nor 3.
[[nodiscard]] std::string thumbnail_uri(const dataset::Image& image);

/// RFC 4648.
[[nodiscard]] std::string base64(const unsigned char* bytes, std::size_t count);

}  // namespace exitscope::report
