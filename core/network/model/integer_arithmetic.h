// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "core/network/model/graph.h"

namespace exitscope::model {

/// Element-wise arithmetic of integers and booleans, defined for all operands: overflow wraps around, a division by
/// zero gives zero, shifts beyond the width give zero.
using IntegerUnary = std::int64_t (*)(std::int64_t);
using IntegerBinary = std::int64_t (*)(std::int64_t, std::int64_t);

/// For Abs, Neg, Sign, Relu, Not, BitwiseNot; null for other operators.
[[nodiscard]] IntegerUnary integer_unary(const Node& node);

/// For Add, Sum, Sub, Mul, Div, Mod, Pow, Max, Min, And, Or, Xor, BitShift, BitwiseAnd, BitwiseOr, BitwiseXor and the
/// comparisons; null for other operators.
[[nodiscard]] IntegerBinary integer_binary(const Node& node);

/// Comparisons of floats with a boolean result; null for other operators.
using FloatComparison = bool (*)(float, float);
[[nodiscard]] FloatComparison float_comparison(const Node& node);

/// Rounds towards zero; numbers outside the range of int64 become its nearest end, NaN becomes 0.
[[nodiscard]] std::int64_t to_integer(float value);

}  // namespace exitscope::model
