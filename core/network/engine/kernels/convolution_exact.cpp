// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/kernels/convolution_exact.h"

#include <algorithm>

#include "core/network/engine/kernels/clones.h"

namespace exitscope::engine::kernels {
namespace {

constexpr std::size_t vector_elements = 32;

EXITSCOPE_CLONES void dot_rows(const std::int16_t* patch, const std::int16_t* weights, std::size_t depth,
                               std::size_t rows, std::int32_t* sums)
{
    for (std::size_t r = 0; r < rows; ++r) {
        const std::int16_t* row = weights + r * depth;
        std::int32_t sum = 0;
        for (std::size_t k = 0; k < depth; ++k)
            sum += static_cast<std::int32_t>(patch[k]) * static_cast<std::int32_t>(row[k]);
        sums[r] = sum;
    }
}

}  // namespace

std::size_t ExactConvolution::depth() const
{
    const std::size_t used = channels / groups * kernel_height * kernel_width;
    return (used + vector_elements - 1) / vector_elements * vector_elements;
}

std::vector<std::int16_t> ExactConvolution::pack(const std::vector<std::int8_t>& weights) const
{
    const std::size_t depth_of_row = depth();
    const std::size_t inputs = channels / groups;
    const std::size_t positions = kernel_height * kernel_width;
    std::vector<std::int16_t> packed(out_channels * depth_of_row, 0);
    for (std::size_t o = 0; o < out_channels; ++o)
        for (std::size_t i = 0; i < inputs; ++i)
            for (std::size_t p = 0; p < positions; ++p) {
                const std::int8_t weight = weights[(o * inputs + i) * positions + p];
                packed[o * depth_of_row + p * inputs + i] = weight;
            }
    return packed;
}

void ExactConvolution::operator()(const std::uint8_t* in, const std::int16_t* weights, std::int16_t* patch,
                                  std::int32_t* accumulators, std::size_t images) const
{
    const std::size_t inputs = channels / groups;
    const std::size_t outputs = out_channels / groups;
    const std::size_t depth_of_row = depth();
    std::fill_n(patch, depth_of_row, std::int16_t{0});
    for (std::size_t image = 0; image < images; ++image, in += height * width * channels)
        for (std::size_t oy = 0; oy < out_height; ++oy)
            for (std::size_t ox = 0; ox < out_width; ++ox)
                for (std::size_t g = 0; g < groups; ++g) {
                    std::int16_t* at = patch;
                    for (std::size_t ky = 0; ky < kernel_height; ++ky)
                        for (std::size_t kx = 0; kx < kernel_width; ++kx, at += inputs) {
                            const std::ptrdiff_t y = static_cast<std::ptrdiff_t>(oy) * stride_y - pad_y +
                                                     static_cast<std::ptrdiff_t>(ky) * dilation_y;
                            const std::ptrdiff_t x = static_cast<std::ptrdiff_t>(ox) * stride_x - pad_x +
                                                     static_cast<std::ptrdiff_t>(kx) * dilation_x;
                            const bool inside = y >= 0 && x >= 0 && y < static_cast<std::ptrdiff_t>(height) &&
                                                x < static_cast<std::ptrdiff_t>(width);
                            if (!inside) {
                                std::fill_n(at, inputs, static_cast<std::int16_t>(zero_point));
                                continue;
                            }
                            const std::uint8_t* pixel =
                                in + (static_cast<std::size_t>(y) * width + static_cast<std::size_t>(x)) * channels +
                                g * inputs;
                            for (std::size_t i = 0; i < inputs; ++i)
                                at[i] = pixel[i];
                        }
                    dot_rows(patch, weights + g * outputs * depth_of_row, depth_of_row, outputs, accumulators);
                    accumulators += outputs;
                }
}

}  // namespace exitscope::engine::kernels
