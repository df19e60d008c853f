// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/orientation.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace exitscope::dataset {

Extent turn(std::span<const std::uint8_t> pixels, int channels, Extent size, int orientation,
            std::vector<std::uint8_t>& out)
{
    // Orientations 5 to 8 exchange rows and columns of the stored image; then left and right, or top and bottom, may be
    // exchanged.
    const bool transposed = orientation >= 5;
    const bool mirrored = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
    const bool flipped = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
    Extent turned = size;
    if (transposed)
        std::swap(turned.width, turned.height);
    out.resize(pixels.size());
    std::uint8_t* to = out.data();
    for (int y = 0; y < turned.height; ++y)
        for (int x = 0; x < turned.width; ++x) {
            const int across = mirrored ? turned.width - 1 - x : x;
            const int down = flipped ? turned.height - 1 - y : y;
            const std::size_t row = static_cast<std::size_t>(transposed ? across : down);
            const std::size_t column = static_cast<std::size_t>(transposed ? down : across);
            const std::size_t from =
                (row * static_cast<std::size_t>(size.width) + column) * static_cast<std::size_t>(channels);
            to = std::copy_n(pixels.data() + from, channels, to);
        }
    return turned;
}

}  // namespace exitscope::dataset
