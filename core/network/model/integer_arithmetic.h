// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "core/network/model/graph.h"

namespace exitscope::model {

/// Element-wise arithmetic of integers and booleans, total: overflow wraps around, a division by zero gives zero,
/// shifts beyond the width give zero.
using IntegerUnary = std::int64_t (*)(std::int64_t);
using IntegerBinary = std::int64_t (*)(std::int64_t, std::int64_t);

/// Null when `node` is no such operator: Abs, Neg, Sign, Relu, Not, BitwiseNot.
[[nodiscard]] IntegerUnary integer_unary(const Node& node);

/// Null when `node` is no such operator: Add, Sum, Sub, Mul, Div, Mod, Pow, Max, Min, And, Or, Xor, BitShift,
/// BitwiseAnd, BitwiseOr, BitwiseXor, and the comparisons.
[[nodiscard]] IntegerBinary integer_binary(const Node& node);

/// Comparisons of floats with a boolean result; null for other operators.
using FloatComparison = bool (*)(float, float);
[[nodiscard]] FloatComparison float_comparison(const Node& node);

/// Towards zero; what does not fit becomes the nearest integer that does, and NaN becomes 0.
[[nodiscard]] std::int64_t to_integer(float value);

}  // namespace exitscope::model
