// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/index.h"
#include "core/base/plan/grid.h"
#include "core/base/precision.h"

namespace exitscope::plan {

/// Largest magnitude of an int32 bias: half of the accumulator's range, so that the products still fit.
inline constexpr double bias_limit = 1 << 30;

/// How a layer's integers are chosen (methods.md#weights): each weight rounded by itself; rounded one input after the
/// other, so that later ones make up for the errors of earlier ones (GPTQ); or that towards the output which the layer
/// has in the float network, from the inputs that it has in the quantized one.
enum class WeightMethod : std::uint8_t { nearest, gptq, asymmetric };
[[nodiscard]] std::string_view name(WeightMethod method);  ///< "nearest", "gptq", "asymmetric"
[[nodiscard]] std::optional<WeightMethod> parse_weight_method(std::string_view text);

/// What rounding layer by layer did to one layer, on the calibration images: ratios of the variance of the wanted
/// output to the mean squared difference from it, in dB.
struct Rounding {
    WeightMethod method = WeightMethod::nearest;
    float damping = 0.0F;       ///< of the least-squares target; 0 for other methods
    float nearest_sqnr = 0.0F;  ///< with the weights rounded to nearest
    float sqnr = 0.0F;          ///< with the weights that the layer has
    float moved = 0.0F;         ///< share of the integers that are not the nearest to the float weights

    friend bool operator==(const Rounding&, const Rounding&) = default;
};

/// Integer weights of one Conv/Gemm/MatMul: symmetric per output channel, real = scale[oc] * q,
/// q in [-(2^(bits-1)-1), 2^(bits-1)-1] (quantized files may also contain -128). The bias is an int32 on the grid
/// input_scale * scale[oc], where input_scale is the scale of the operand grid (bias correction included).
/// Accumulators: sum_k q[oc][k] * (x[k] - zero_point) + bias[oc], exact in int32; bias_rest[oc] is added in floating
/// point.
struct QuantizedWeights {
    std::vector<std::int8_t> values;  ///< [output channels, K], in the order of model::linear_layer()
    std::vector<float> scales;        ///< [output channels]
    std::vector<std::int32_t> bias;   ///< [output channels]
    std::vector<float> bias_rest;     ///< [output channels] or empty: what float biases of a quantized file are beyond
                                      ///< `bias`, in its units; at most half a unit
    std::optional<Rounding> rounding = std::nullopt;  ///< set where the weights were rounded layer by layer
};

/// Everything a Program needs to run one stage at one integer precision. Values are indexed as in the model's graph;
/// node and value order do not depend on the batch size, so one plan serves every batch size.
///
/// Which grid a value has:
/// - A value that only a Relu or Clip reads has the grid of the activation's output: saturation to a grid that starts
///   at zero is the activation, so fused and unfused execution agree.
/// - The output of an operator that only moves or selects elements (MaxPool, Reshape, ...) has the grid of its input.
/// - A value that no layer follows, such as the logits, has no grid and stays in real numbers.
/// - Inputs and outputs of attention and normalisation (matrix products of two tensors, Softmax, LayerNormalization,
///   Gelu), and values connected with them by operators without weights, such as the residual stream of a transformer,
///   have no stream grid: only the layers that read them round them, to their operand grids.
struct StagePlan {
    Precision precision;
    bool rounds_inside = false;  ///< true for quantized files: a value with a stream grid is rounded to it even in the
                                 ///< middle of a layer, an addition and an activation that run as one operation
    std::vector<std::optional<Grid>> stream;   ///< by ValueIndex: the grid on which the value is stored; 8 bits unless
                                               ///< only integer layers of this stage read it
    std::vector<std::optional<Grid>> operand;  ///< by ValueIndex: the grid on which Conv/Gemm/MatMul read it; equal to
                                               ///< `stream` where no requantization is needed
    std::vector<std::optional<QuantizedWeights>> weights;  ///< by NodeIndex: the integer layers of this stage
};

/// Plans for every stage and every integer precision asked for.
struct Quantization {
    std::vector<Precision> precisions;
    std::vector<std::vector<StagePlan>> plans;  ///< [precision][stage]

    /// Null when there is no plan for this stage and precision.
    [[nodiscard]] const StagePlan* find(StageIndex stage, Precision precision) const;
};

}  // namespace exitscope::plan
