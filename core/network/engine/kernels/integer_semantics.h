// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "core/base/plan/stage_plan.h"

/// What integer programs compute, to the bit (methods.md#integer-arithmetic). Every kernel, on every CPU, agrees with
/// these scalar definitions; all of it is IEEE single precision, rounded to nearest even, with fused multiply-adds
/// exactly where std::fma stands.
///
/// * Activations are bytes on a Grid: real = scale * (q - zero_point).
/// * An integer layer (Conv, Gemm, MatMul with weights in the plan) accumulates A = sum q * w exactly in int32, where
///   padding counts as q = zero_point. With s_x the input's scale, zero point z_x and the weights' scale s_w of the
///   output channel, its bias is b = bias - z_x * sum w, and t = float(A) + float(b).
/// * It ends in real numbers, t * (s_x * s_w), when its result has no grid; otherwise on the result's grid:
///   y = t * ((s_x * s_w) / s_y), plus fma(float(r - z_r), s_r / s_y, .) for a residual r fused into it, clamped,
///   rounded, moved by the zero point.
/// * An addition of two bytes is y = fma(float(b - z_b), s_b / s_y, float(a - z_a) * (s_a / s_y)), ended in the same
/// way.
/// * Average pooling sums q - z_x over the positions inside the input exactly, then multiplies by s_x / divisor (real
///   result) or (s_x / divisor) / s_y (result on a grid).
/// * Every other function of one byte is dequantized(), the float operator, quantized().
/// * A value with a stream grid is rounded to it whoever reads it; operand grids are reached from there. A value
/// without
///   one that only integer layers read is produced on its operand grid; any other stays in real numbers.
/// * A layer, the residual added to it and the clamp that follows are one operation (fusion.h) without rounding
/// between;
///   a residual that is in real numbers, or a result without a grid, makes all of it real.
/// * A plan of a quantized file (StagePlan::rounds_inside) ends such an operation at every value with a stream grid,
///   the exit's too, unless only a clamp to the same grid follows: rounding happens where the file has it. ONNX defines
///   a quantized operator the same way, saturate(round_half_even(A * (s_x * s_w / s_y)) + z_y) with A the exact sum, bias
///   included; differences can come from the order of the factors alone and show where a value lies on the edge of two
///   steps.
/// * Real operators outside layers run in our own loops, the same on every CPU. A Conv, Gemm or MatMul with constant
///   weights that the plan leaves out runs in float through oneDNN and is the one exception.
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

/// y, in units of the grid's scale, to a byte. NaN becomes the lower bound.
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
