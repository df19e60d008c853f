// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/network/engine/kernels/elementwise.h"
#include "core/network/engine/kernels/integer_semantics.h"
#include "core/network/engine/kernels/pool.h"

/// Kernels on bytes; their arithmetic is defined in integer_semantics.h.
namespace exitscope::engine::kernels {

using ByteTable = std::array<std::uint8_t, 256>;

/// Table from bytes of one grid to bytes of another, with `operation` applied in real numbers if it is not null.
[[nodiscard]] ByteTable conversion_table(const plan::Grid& from, const plan::Grid& to,
                                         const UnaryOperation* operation = nullptr);
void look_up(const ByteTable& table, const std::uint8_t* in, std::uint8_t* out, std::size_t count);

/// Row-major floats [batch, channels, positions] to bytes [batch, positions, channels]; channels = 1 for flat data.
void quantize(const float* in, std::uint8_t* out, std::size_t batch, std::size_t channels, std::size_t positions,
              const plan::Grid& grid);
void dequantize(const std::uint8_t* in, float* out, std::size_t count, const plan::Grid& grid);

/// Sum of two bytes on grids of their own, rounded to the result's grid.
struct ByteAddition {
    float left_zero, left_factor, right_zero, right_factor;
    semantics::Range range;
    std::int32_t zero_point;

    void operator()(const std::uint8_t* left, const std::uint8_t* right, std::uint8_t* out, std::size_t count) const;
};

/// Largest byte of each window; channels last.
void max_pool(const PoolPlan& plan, const std::uint8_t* in, std::uint8_t* out);

/// Averages of windows, channels last, to bytes or to floats (whichever is not null). `sums` has plan.channels
/// elements.
struct ByteAverage {
    PoolPlan plan;
    plan::Grid in;
    plan::Grid out;  ///< for bytes

    void operator()(const std::uint8_t* from, std::int32_t* sums, std::uint8_t* bytes, float* floats) const;
};

}  // namespace exitscope::engine::kernels
