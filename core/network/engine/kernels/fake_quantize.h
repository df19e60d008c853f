// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace exitscope::engine::kernels {

/// A grid that real numbers are rounded to: `low` and `high` bound x / scale after rounding.
struct FakeQuantization {
    float scale = 1.0F;
    float low = 0.0F;
    float high = 255.0F;
};

/// out[i] = scale * clamp(round_half_even(in[i] / scale), low, high); NaN becomes the lower bound.
void fake_quantize(const FakeQuantization& grid, const float* in, float* out, std::size_t count);

}  // namespace exitscope::engine::kernels
