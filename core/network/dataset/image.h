// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace exitscope::dataset {

/// One sample as stored: either 8-bit pixels (interleaved, HWC, RGB or grey) or float values (planar, CHW) that
/// are fed to the network as they are. Exactly one of the two vectors is non-empty.
struct Image {
    int channels = 0;
    int height = 0;
    int width = 0;
    std::vector<std::uint8_t> pixels;  ///< [height, width, channels], RGB order
    std::vector<float> values;         ///< [channels, height, width]
    int orientation = 1;  ///< EXIF orientation of the file, which the pixels have been turned by (see turn())

    [[nodiscard]] bool is_float() const { return !values.empty(); }
};

}  // namespace exitscope::dataset
