// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

#include "core/network/engine/kernels/convolution.h"

namespace exitscope::engine::kernels {

/// Float convolution of row-major images [images, channels, height, width] whose sums are taken in a fixed order,
/// product by product: the same bits on every CPU, at about half the speed of one that is free to fuse and reorder.
/// Used for calibration, whose results must not depend on the machine.
struct FloatConvolution : ConvolutionShape {
    /// Floats of scratch memory that operator() needs.
    [[nodiscard]] std::size_t scratch() const;
    /// `weights` as [oc][ic / groups][kh][kw], `bias` as [oc]; out [images, oc, out_height, out_width].
    void operator()(const float* in, const float* weights, const float* bias, float* out, float* scratch,
                    std::size_t images) const;
};

}  // namespace exitscope::engine::kernels
