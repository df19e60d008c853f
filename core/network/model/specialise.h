// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/error.h"
#include "core/network/model/graph.h"

namespace exitscope::model {

/// Makes the graph input at `position` a constant, before specialise().
void bind_input(Graph& graph, std::size_t position, Tensor tensor);

/// Every node whose operator or attributes the engine does not implement. Works on any read graph.
[[nodiscard]] std::vector<UnsupportedNode> unsupported_nodes(const Graph& graph);

/// Returns the graph for one batch size: symbolic first dimension of the inputs set to `batch`, shapes propagated
/// to every value, constant sub-graphs folded (Shape/Gather/Cast/ConstantOfShape/Concat/... on known shapes),
/// composite operators expressed by those below, BatchNormalization folded into the preceding Conv/Gemm or turned into
/// a scale-and-shift ("Mul"+"Add"), Identity/Dropout/no-op Cast removed, dead nodes dropped, optional inputs turned
/// into attributes (see Node). Deterministic: the same nodes in the same order for every batch size.
///
/// What remains, with every attribute filled in (axes are never negative), X a tensor that flows, W, B constants or
/// not:
///   Conv X[N,C,H,W] W[O,C/group,kh,kw] (B[O])   kernel_shape, strides, dilations (one per spatial axis), pads (begin
///   of
///                                               every axis, then end), group; two spatial axes or three
///   Gemm A B (C)                                alpha, beta, transA, transB; with constant weights always
///                                               X[N,I] W[O,I] (B[O]), transB=1, alpha=beta=1, C kept apart if it is
///                                               not an [O] vector. A MatMul of two matrices with constant right is a
///                                               Gemm
///   MatMul                                      numpy rules, rank 2 or more
///   MaxPool (second output: positions), AveragePool, LpPool (p)
///                                               as Conv's attributes, one to three spatial axes, ceil_mode (applied in
///                                               the output's shape: the last window may hang over the pads),
///                                               count_include_pad, storage_order
///   GlobalAveragePool, GlobalMaxPool            [N,C,H,W] -> [N,C,1,1]
///   Add Sub Mul Div Pow Mod PRelu, Sum Max Min (n-ary)    numpy broadcasting; both of one kind, floats or integers
///   And Or Xor BitShift BitwiseAnd BitwiseOr BitwiseXor   of integers
///   Equal Less LessOrEqual Greater GreaterOrEqual IsNaN IsInf    result: booleans
///   Where condition, yes, no; Cast to
///   Relu Sigmoid Tanh Exp ... (all element-wise functions of one float); Abs Neg Sign Relu Not BitwiseNot of integers;
///   Clip min, max; LeakyRelu, Elu, Celu, ThresholdedRelu alpha; HardSigmoid alpha, beta; Selu alpha, gamma;
///   Shrink lambd, bias; Gelu approximate
///   Reduce... (all ten)                         axes (sorted), keepdims
///   ArgMax, ArgMin axis, select_last_index; TopK axis, largest; CumSum axis, exclusive, reverse
///   Softmax, LogSoftmax, Hardmax                axis, along this axis alone (opset 13 meaning)
///   LayerNormalization X (scale bias)           axis, epsilon; scale and bias of the shape that is normalised
///   LRN                                         size, alpha, beta, bias
///   Reshape                                     shape (complete); also stands for Flatten, Squeeze, Unsqueeze
///   Transpose                                   perm
///   Concat axis; Split axis, split; Tile (repeats as the output's shape says; also stands for Expand)
///   Slice                                       axes, starts, ends, steps; starts and ends clamped; for a negative
///                                               step an end of -1 means "to the first element"
///   Pad                                         pads (begin of every axis, then end), value (of the data's kind), mode
///   Gather                                      axis and constant indices (attribute, never negative; also stands for
///                                               nearest Resize), or indices that flow as second input
///   GatherElements axis; GatherND batch_dims; ScatterElements axis, reduction; ScatterND reduction
///   Resize                                      along one axis: taps, indices, weights, offsets (see
///                                               operators_resize.cpp)
/// Errors: unsupported nodes (all named in one sentence), shapes that do not fit.
[[nodiscard]] Expected<Graph> specialise(const Graph& graph, std::int64_t batch);

}  // namespace exitscope::model
