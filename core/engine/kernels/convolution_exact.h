// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace exitscope::engine::kernels {

/// Convolution of bytes with exact int32 sums, for CPUs on which oneDNN's int8 kernels saturate: 16-bit products added
/// in pairs. Images are channels-last; a product with a matrix is the convolution of 1x1 images.
struct ExactConvolution {
    std::size_t height = 1, width = 1, channels = 0;  ///< input
    std::size_t out_height = 1, out_width = 1, out_channels = 0;
    std::size_t kernel_height = 1, kernel_width = 1, groups = 1;
    std::ptrdiff_t stride_y = 1, stride_x = 1, dilation_y = 1, dilation_x = 1, pad_y = 0, pad_x = 0;
    std::uint8_t zero_point = 0;  ///< what padding holds

    /// Elements of one output channel's weights, rounded up to whole vectors (the rest is 0).
    [[nodiscard]] std::size_t depth() const;
    /// [out_channels][depth()] in the order in which operator() reads patches, from [oc][ic / groups][kh][kw].
    [[nodiscard]] std::vector<std::int16_t> pack(const std::vector<std::int8_t>& weights) const;

    /// `patch` has depth() elements. accumulators[image, y, x, oc].
    void operator()(const std::uint8_t* in, const std::int16_t* weights, std::int16_t* patch,
                    std::int32_t* accumulators, std::size_t images) const;
};

}  // namespace exitscope::engine::kernels
