// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

#include "core/base/formats/array.h"
#include "core/base/notice.h"

namespace exitscope::dataset {

/// Where the value of a channel, row and column of an image stands in its row of an array.
struct ArrayLayout {
    std::size_t channels = 1;
    std::size_t height = 0;
    std::size_t width = 0;
    std::size_t channel_stride = 0;  ///< elements from one channel to the next
    std::size_t row_stride = 0;
    std::size_t column_stride = 0;

    [[nodiscard]] std::size_t at(std::size_t channel, std::size_t row, std::size_t column) const
    {
        return channel * channel_stride + row * row_stride + column * column_stride;
    }
};

/// The layout of an array of images, by its shape: [N,H,W]; [N,H,W,C] or [N,C,H,W] with 1, 3 or 4 channels (floats: any
/// number in the second form); [N,H*W] and [N,3*H*W] of square images, where the values tell planes (CIFAR) from
/// interleaved colours. `reversed_axes`: MATLAB wrote [H,W,C,N], [H,W,N] or columns. What the shape leaves open is said
/// in `notices`. Errors: no shape of images.
[[nodiscard]] Expected<ArrayLayout> layout_of(const formats::Array& array, bool reversed_axes, Notices& notices);

}  // namespace exitscope::dataset
