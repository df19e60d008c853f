// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/index.h"
#include "core/network/model/graph.h"

namespace exitscope::model {

/// A Conv, Gemm or MatMul with constant weights in one common form, output channel first. Calibration and the compiler
/// both work on this form. Attributes (transB, alpha, beta) are resolved.
struct LinearLayer {
    bool convolution = false;    ///< else a matrix product over the last axis of the input
    ValueIndex input;            ///< the value that is multiplied with the weights
    Shape weight_shape;          ///< [oc, ic / groups, kh, kw] or [oc, k]
    std::vector<float> weights;  ///< in the order of weight_shape, times alpha
    std::vector<float> bias;     ///< [oc], times beta; zeros when the node has none
    std::int64_t groups = 1;
    std::vector<std::int64_t> strides, dilations;  ///< one per spatial axis; empty for matrix products
    std::vector<std::int64_t> pads_begin, pads_end;

    [[nodiscard]] std::int64_t output_channels() const { return weight_shape.front(); }
};

/// The node as a LinearLayer. nullopt for other operators, for weights that are not constant, for a Gemm with transA or
/// with a third input that is not a constant vector over the output channels, and for a MatMul with weights that are
/// not a matrix. Shapes must be known (after specialise()).
[[nodiscard]] std::optional<LinearLayer> linear_layer(const Graph& graph, const Node& node);

}  // namespace exitscope::model
