// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/base/error.h"
#include "core/network/model/graph.h"

namespace exitscope::model {

/// Quantized files in one form. Every tensor of bytes on a constant grid of one scale is kept as the real numbers that
/// its bytes stand for, made by a node QuantizeDequantize (attributes scale, zero_point, low, high):
///   real = scale * (clamp(round_half_even(x / scale) + zero_point, low, high) - zero_point).
/// QuantizeLinear becomes one; DequantizeLinear of its result goes away; quantized operators (QLinearConv,
/// QLinearMatMul and the QLinear... and QGemm of com.microsoft) become the float operator between such nodes; operators
/// that only move elements work on the real numbers. Integer constants read through DequantizeLinear become floats
/// whose Value::stored keeps the scales. What is left as it stands: grids that are computed or differ along an axis,
/// bytes that are read or returned as such, ConvInteger, MatMulInteger, DynamicQuantizeLinear. Returns "QDQ" or
/// "QOperator", the form the file is in; empty, and nothing changes, when it is not quantized. Errors: integer
/// constants whose scales or zero points do not fit them.
[[nodiscard]] Expected<std::string> unify_quantization(Graph& graph);

/// On a specialised graph: removes QuantizeDequantize nodes on 8-bit grids where Value::stored can say the same of the
/// value that they read (as bytes without sign: a signed grid with zero point z is the unsigned one with z + 128), so
/// that the float network is left; the others become a Clip to the range of their grid, which is what they do to real
/// numbers, among them grids from zero on that stand for an activation. A value that reaches its grid through a Relu or
/// a Clip, alone and from zero, takes the grid too.
void lift_grids(Graph& graph);

}  // namespace exitscope::model
