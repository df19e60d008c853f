// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

namespace exitscope::engine::kernels {

/// From int32 accumulators [positions, channels] to a layer's result, as defined in integer_semantics.h. Uses the
/// widest available instructions; all give the same bits.
struct Epilogue {
    std::size_t channels = 0;
    const float* bias = nullptr;             ///< b, [channels]
    const float* multipliers = nullptr;      ///< factors of t, [channels]
    const std::uint8_t* residual = nullptr;  ///< [positions, channels] or null
    float residual_zero = 0.0F;              ///< z_r
    float residual_factor = 0.0F;            ///< s_r / s_y
    float low = 0.0F, high = 0.0F;           ///< clamp before rounding
    std::int32_t zero_point = 0;             ///< of the result, for to_bytes()

    void to_bytes(const std::int32_t* accumulators, std::size_t positions, std::uint8_t* out) const;
    /// No residual, no rounding.
    void to_floats(const std::int32_t* accumulators, std::size_t positions, float* out) const;
};

}  // namespace exitscope::engine::kernels
