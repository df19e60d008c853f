// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "core/base/plan/stage_plan.h"

// clang-format off
/// Exact definition of the arithmetic of integer programs (methods.md#integer-arithmetic). Every kernel, on every CPU,
/// gives the same bits as these scalar definitions; all of it is IEEE single precision, rounded to nearest even, with
/// fused multiply-adds exactly where std::fma is written.
///
/// * Activations are bytes on a Grid: real = scale * (q - zero_point).
/// * An integer layer (Conv, Gemm, MatMul with weights in the plan) accumulates A = sum q * w exactly in int32, where
///   padding counts as q = zero_point. With s_x the input's scale, zero point z_x and the weights' scale s_w of the
///   output channel, its bias is b = bias - z_x * sum w (and the rest of a float bias, where a quantized file has one),
///   and t = float(A) + float(b).
/// * It ends in real numbers, t * (s_x * s_w), when its result has no grid; otherwise on the result's grid:
///   y = t * ((s_x * s_w) / s_y), plus fma(float(r - z_r), s_r / s_y, .) for a residual r fused into it, clamped,
///   rounded, moved by the zero point.
/// * An addition of two bytes is y = fma(float(b - z_b), s_b / s_y, float(a - z_a) * (s_a / s_y)), then clamped,
///   rounded and moved by the zero point in the same way.
/// * Average pooling sums q - z_x over the positions inside the input exactly, then multiplies by s_x / divisor (real
///   result) or (s_x / divisor) / s_y (result on a grid).
/// * Every other function of one byte is dequantized(), the float operator, quantized().
/// * A value with a stream grid is rounded to it for all its readers; its operand grids are computed from the rounded
///   value. A value without a stream grid that only integer layers read is produced on its operand grid; any other
///   value stays in real numbers.
/// * A layer, the residual added to it and the clamp that follows are one operation (fusion.h) without rounding in
///   between. If the residual is in real numbers, or the result has no grid, the whole operation is real.
/// * A plan of a quantized file (StagePlan::rounds_inside) ends such an operation at every value with a stream grid,
///   including the exit, unless only a clamp to the same grid follows: rounding happens in the same places as in the
///   file. ONNX defines a quantized operator the same way, saturate(round_half_even(A * (s_x * s_w / s_y)) + z_y) with
///   A the exact sum, bias included. Results can differ only because of the order of the factors, for a value halfway
///   between two steps.
/// * Real operators outside layers run in our own loops, with the same results on every CPU. The one exception: a Conv,
///   Gemm or MatMul with constant weights that is not in the plan runs in float through oneDNN.
// clang-format on
namespace exitscope::engine::semantics {

/// Bounds of y = q - zero_point, and so of everything before rounding; they are integers.
struct Range {
    float low;
    float high;
};

[[nodiscard]] inline Range full_range(const plan::Grid& grid)
{
    return {static_cast<float>(-grid.zero_point), static_cast<float>(grid.maximum() - grid.zero_point)};
}

/// The part of a grid's range that a clamp of the real values to [low, high] leaves (bounds rounded to the grid).
[[nodiscard]] inline Range clamped_range(const plan::Grid& grid, float low, float high)
{
    const Range full = full_range(grid);
    const float from = std::nearbyint(low / grid.scale);
    const float to = std::nearbyint(high / grid.scale);
    return {std::clamp(from, full.low, full.high), std::clamp(to, full.low, full.high)};
}

/// Rounds y, in units of the grid's scale, to a byte of the grid. NaN becomes the lower bound.
[[nodiscard]] inline std::uint8_t finish(float y, Range range, std::int32_t zero_point)
{
    y = y > range.low ? y : range.low;
    y = y < range.high ? y : range.high;
    return static_cast<std::uint8_t>(static_cast<std::int32_t>(std::nearbyint(y)) + zero_point);
}

[[nodiscard]] inline std::uint8_t quantized(float real, const plan::Grid& grid)
{
    return finish(real / grid.scale, full_range(grid), grid.zero_point);
}

[[nodiscard]] inline float dequantized(std::uint8_t q, const plan::Grid& grid)
{
    return grid.scale * static_cast<float>(static_cast<std::int32_t>(q) - grid.zero_point);
}

}  // namespace exitscope::engine::semantics
