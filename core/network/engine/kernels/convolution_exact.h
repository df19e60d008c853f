// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/network/engine/kernels/convolution.h"

namespace exitscope::engine::kernels {

/// Convolution of bytes with exact int32 sums on any CPU: 16-bit products added in pairs.
struct ExactConvolution : ConvolutionShape {
    /// Number of elements of one output channel's packed weights: ic / groups * kh * kw, rounded up to whole vectors
    /// (filled up with 0).
    [[nodiscard]] std::size_t depth() const;
    /// Packs weights [oc][ic / groups][kh][kw] into the form that operator() reads, [out_channels][depth()].
    [[nodiscard]] std::vector<std::int16_t> pack(const std::vector<std::int8_t>& weights) const;

    /// Computes `accumulators` [images, out_height, out_width, oc] from `in` [images, height, width, channels] and the
    /// packed weights. `patch` is scratch memory of depth() elements.
    void operator()(const std::uint8_t* in, const std::int16_t* weights, std::int16_t* patch,
                    std::int32_t* accumulators, std::size_t images) const;
};

}  // namespace exitscope::engine::kernels
