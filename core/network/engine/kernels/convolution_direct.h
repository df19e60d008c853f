// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace exitscope::engine::kernels {

/// Convolution of [N, C, D, H, W] with weights that need not be constant, over two or three spatial axes (a missing
/// axis has one element); sums in double, in the order of the weights.
struct DirectConvolution {
    struct Axis {
        std::int64_t in = 1, out = 1, kernel = 1, stride = 1, dilation = 1, pad = 0;
    };
    std::size_t batch = 1, groups = 1, group_inputs = 1, group_outputs = 1;
    std::array<Axis, 3> axes;  ///< depth, height, width

    /// `bias` may be null.
    void run(const float* in, const float* weights, const float* bias, float* out) const;
};

}  // namespace exitscope::engine::kernels
