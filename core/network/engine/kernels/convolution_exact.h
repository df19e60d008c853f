// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/network/engine/kernels/convolution.h"

namespace exitscope::engine::kernels {

/// Convolution of bytes with exact int32 sums on any CPU: 16-bit products added in pairs.
struct ExactConvolution : ConvolutionShape {
    /// Elements of one output channel's weights, rounded up to whole vectors (the rest is 0).
    [[nodiscard]] std::size_t depth() const;
    /// [out_channels][depth()] in the order in which operator() reads patches, from [oc][ic / groups][kh][kw].
    [[nodiscard]] std::vector<std::int16_t> pack(const std::vector<std::int8_t>& weights) const;

    /// `patch` has depth() elements. accumulators[image, y, x, oc].
    void operator()(const std::uint8_t* in, const std::int16_t* weights, std::int16_t* patch,
                    std::int32_t* accumulators, std::size_t images) const;
};

}  // namespace exitscope::engine::kernels
