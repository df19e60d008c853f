// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace exitscope::plan {

/// Affine grid of an activation tensor: real = scale * (q - zero_point), q in [0, 2^bits - 1] (always unsigned;
/// non-negative tensors have zero_point 0). Zero is exactly representable.
struct Grid {
    float scale = 1.0F;
    std::int32_t zero_point = 0;
    std::uint8_t bits = 8;

    [[nodiscard]] std::int32_t maximum() const { return (1 << bits) - 1; }
    friend bool operator==(const Grid&, const Grid&) = default;
};

/// The grid over [minimum, maximum], widened to include zero, which becomes exactly representable.
[[nodiscard]] Grid grid_over(float minimum, float maximum, std::uint8_t bits);

/// Round to nearest even, saturated to the grid; NaN becomes zero.
[[nodiscard]] std::uint8_t quantize(float value, const Grid& grid);
[[nodiscard]] inline float dequantize(std::uint8_t value, const Grid& grid)
{
    return grid.scale * static_cast<float>(static_cast<std::int32_t>(value) - grid.zero_point);
}

}  // namespace exitscope::plan
