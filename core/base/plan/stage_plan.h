// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/index.h"
#include "core/base/plan/grid.h"
#include "core/base/precision.h"

namespace exitscope::plan {

/// Biases stay within +-2^30, so that an accumulator has room beside them.
inline constexpr double bias_limit = 1 << 30;

/// Integer weights of one Conv/Gemm/MatMul: symmetric per output channel, real = scale[oc] * q,
/// q in [-(2^(bits-1)-1), 2^(bits-1)-1] (files may bring -128, too); the bias is an int32 on the grid input_scale * scale[oc], where input_scale
/// is the scale of the operand grid (bias correction included).
/// Accumulators: sum_k q[oc][k] * (x[k] - zero_point) + bias[oc], exact in int32.
struct QuantizedWeights {
    std::vector<std::int8_t> values;  ///< [output channels, K], in the order of model::linear_layer()
    std::vector<float> scales;        ///< [output channels]
    std::vector<std::int32_t> bias;   ///< [output channels]
};

/// Everything a Program needs to run one stage at one integer precision. Values are indexed as in the model's graph;
/// node and value order do not depend on the batch size, so one plan serves every batch size.
///
/// Grids are observed where they are used: a value read by nothing but a Relu or Clip has the grid of the activation's
/// output (saturation to a grid that starts at zero is the activation, so fused and unfused execution agree), and an
/// operator that only moves or selects elements (MaxPool, Reshape, ...) hands its input's grid on. What no layer
/// follows, logits above all, has no grid and stays in real numbers. So does what attention and normalisation read and
/// write (matrix products of two tensors, Softmax, LayerNormalization, Gelu, and what hangs together with them through
/// operators without weights, the residual stream of a transformer for one): layers alone round it to operand grids.
struct StagePlan {
    Precision precision;
    bool rounds_inside = false;  ///< a value with a stream grid is rounded to it even where a layer, an addition and an
                                 ///< activation run as one operation, as quantized files ask for
    std::vector<std::optional<Grid>> stream;   ///< by ValueIndex: the grid on which the value is stored; 8 bits where
                                               ///< anything but integer layers of this stage reads it
    std::vector<std::optional<Grid>> operand;  ///< by ValueIndex: the grid on which Conv/Gemm/MatMul read it; equal to
                                               ///< `stream` where no requantization is needed
    std::vector<std::optional<QuantizedWeights>> weights;  ///< by NodeIndex: the integer layers of this stage
};

/// Plans for every stage and every integer precision asked for.
struct Quantization {
    std::vector<Precision> precisions;
    std::vector<std::vector<StagePlan>> plans;  ///< [precision][stage]

    [[nodiscard]] const StagePlan* find(StageIndex stage, Precision precision) const;
};

}  // namespace exitscope::plan
