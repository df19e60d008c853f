// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/base/error.h"
#include "core/network/model/graph.h"

namespace exitscope::model {

/// Brings quantized files to one form. A tensor of bytes on a constant grid of one scale becomes a tensor of the real
/// numbers that the bytes stand for, computed by a node QuantizeDequantize (attributes scale, zero_point, low, high):
///   real = scale * (clamp(round_half_even(x / scale) + zero_point, low, high) - zero_point).
/// QuantizeLinear becomes such a node; DequantizeLinear of its result is removed; quantized operators (QLinearConv,
/// QLinearMatMul and the QLinear... and QGemm of com.microsoft) become the float operator between such nodes; operators
/// that only move elements work on the real numbers. Integer constants read through DequantizeLinear become floats
/// whose Value::stored keeps the scales. Left unchanged: grids that are computed or differ along an axis, bytes that
/// are read or returned as such, ConvInteger, MatMulInteger, DynamicQuantizeLinear. Returns the form of the file, "QDQ"
/// or "QOperator"; an unquantized file is left as it is, and the result is empty. Errors: integer constants whose
/// scales or zero points do not fit them.
[[nodiscard]] Expected<std::string> unify_quantization(Graph& graph);

/// Recovers the float network from a specialised graph. A QuantizeDequantize node on an 8-bit grid is removed where
/// Value::stored of its input can hold the grid instead (as unsigned bytes: a signed grid with zero point z is the
/// unsigned one with z + 128). Any other becomes a Clip to the range of its grid, its effect on real numbers; among
/// them are grids that begin at zero and stand for an activation. Where a Relu, or a Clip from zero, is the only reader
/// of a value and makes the value with the grid, both values get the grid.
void lift_grids(Graph& graph);

}  // namespace exitscope::model
