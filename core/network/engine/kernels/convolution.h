// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

namespace exitscope::engine::kernels {

/// A convolution of channels-last images of bytes. A product with a matrix is the convolution of 1x1 images.
struct ConvolutionShape {
    std::size_t height = 1, width = 1, channels = 0;  ///< input
    std::size_t out_height = 1, out_width = 1, out_channels = 0;
    std::size_t kernel_height = 1, kernel_width = 1, groups = 1;
    std::ptrdiff_t stride_y = 1, stride_x = 1, dilation_y = 1, dilation_x = 1, pad_y = 0, pad_x = 0;
    std::uint8_t zero_point = 0;  ///< value of the padding

    [[nodiscard]] std::size_t group_inputs() const { return channels / groups; }
    [[nodiscard]] std::size_t group_outputs() const { return out_channels / groups; }
    [[nodiscard]] std::size_t image_bytes() const { return height * width * channels; }
    [[nodiscard]] std::size_t positions() const { return out_height * out_width; }
};

}  // namespace exitscope::engine::kernels
