// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/index.h"
#include "core/base/precision.h"
#include "core/base/progress.h"
#include "core/dataset/dataset.h"
#include "core/model/multi_exit.h"

namespace exitscope::quant {

/// How the range of an activation tensor is chosen (METHODS section 6).
enum class RangeMethod { min_max, percentile, mse };
[[nodiscard]] std::optional<RangeMethod> parse_range_method(std::string_view text);
[[nodiscard]] std::string_view name(RangeMethod method);

/// Affine grid of an activation tensor: real = scale * (q - zero_point), q in [0, 2^bits - 1] (always unsigned;
/// non-negative tensors have zero_point 0). Zero is exactly representable.
struct Grid {
    float scale = 1.0F;
    std::int32_t zero_point = 0;
    std::uint8_t bits = 8;

    [[nodiscard]] std::int32_t maximum() const { return (1 << bits) - 1; }
    friend bool operator==(const Grid&, const Grid&) = default;
};

/// Integer weights of one Conv/Gemm/MatMul: symmetric per output channel, real = scale[oc] * q,
/// q in [-(2^(bits-1)-1), 2^(bits-1)-1]; the bias is an int32 on the grid input_scale * scale[oc], where input_scale
/// is the scale of the operand grid (bias correction included).
/// Accumulators: sum_k q[oc][k] * (x[k] - zero_point) + bias[oc], exact in int32.
struct QuantizedWeights {
    std::vector<std::int8_t> values;  ///< [output channels, K], in the order of engine::linear_layer()
    std::vector<float> scales;        ///< [output channels]
    std::vector<std::int32_t> bias;   ///< [output channels]
};

/// What calibration observed of one value: enough to derive a grid for any bit width and method.
/// Every bin stands for its middle; zero is always part of the range.
struct Observation {
    float minimum = 0.0F;
    float maximum = 0.0F;
    std::vector<std::uint64_t> histogram;  ///< equal bins over [minimum, maximum]
};

struct CalibrationOptions {
    std::size_t samples = 512;
    std::optional<RangeMethod> method;  ///< default: mse, as good as min_max at 8 bits, 1 to 6 points better at 4
    double percentile = 99.9;
    std::optional<bool> bias_correction;  ///< default: on below 8 bits
    bool first_layer_8_bits = true;
    bool last_layer_8_bits = false;
    bool residual_8_bits = true;  ///< residual stream and stage hand-over on 8-bit grids
    unsigned threads = 1;         ///< 0 = all cores
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

/// Observes the float network on the first `options.samples` samples of `data` (labels unused), then derives grids,
/// integer weights and, where on, sequential per-channel bias correction against the float stage input
/// (METHODS section 6). Deterministic, whatever the number of threads. Errors: reading; cancelled.
[[nodiscard]] Expected<Quantization> calibrate(const model::MultiExitModel& model, const dataset::Dataset& data,
                                               const std::vector<Precision>& precisions,
                                               const CalibrationOptions& options, Progress& progress);

/// By NodeIndex: the layers that stay at 8 bits under these options whatever the precision of their stage.
[[nodiscard]] std::vector<bool> pinned_layers(const model::MultiExitModel& model, const CalibrationOptions& options);

/// The grid that `method` picks for one observed tensor: over the whole range, over the central `percentile` per cent
/// of the values, or with the smallest mean squared error (searched over clipping of both ends on the histogram).
[[nodiscard]] Grid choose_grid(const Observation& seen, std::uint8_t bits, RangeMethod method, double percentile);

/// The grid over [minimum, maximum], widened to include zero, which becomes exactly representable.
[[nodiscard]] Grid grid_over(float minimum, float maximum, std::uint8_t bits);

/// Round to nearest even, saturated to the grid; NaN becomes zero.
[[nodiscard]] std::uint8_t quantize(float value, const Grid& grid);
[[nodiscard]] inline float dequantize(std::uint8_t value, const Grid& grid)
{
    return grid.scale * static_cast<float>(static_cast<std::int32_t>(value) - grid.zero_point);
}

}  // namespace exitscope::quant
