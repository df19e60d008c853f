// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>
#include <optional>
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
/// q in [-(2^(bits-1)-1), 2^(bits-1)-1]; the bias is an int32 on the grid input_scale * scale[oc] (bias correction
/// included).
struct QuantizedWeights {
    std::vector<std::int8_t> values;    ///< same element order as the float weights, output channel first
    std::vector<float> scales;          ///< [output channels]
    std::vector<std::int32_t> bias;     ///< [output channels]
};

/// What calibration observed of one value: enough to derive a grid for any bit width and method.
struct Observation {
    float minimum = 0.0F;
    float maximum = 0.0F;
    std::vector<std::uint64_t> histogram;  ///< equal bins over [minimum, maximum]
};

struct CalibrationOptions {
    std::size_t samples = 512;
    std::optional<RangeMethod> method;  ///< default: min_max at 8 bits, mse below
    double percentile = 99.9;
    std::optional<bool> bias_correction;  ///< default: on below 8 bits
    bool first_layer_8_bits = true;
    bool last_layer_8_bits = false;
    bool residual_8_bits = true;        ///< residual stream and stage hand-over on 8-bit grids
    unsigned threads = 1;
};

/// Everything a Program needs to run one stage at one integer precision. Values are indexed as in the model's graph;
/// node and value order do not depend on the batch size, so one plan serves every batch size.
struct StagePlan {
    Precision precision;
    std::vector<std::optional<Grid>> stream;      ///< by ValueIndex: the 8-bit (or b-bit) grid of the value itself
    std::vector<std::optional<Grid>> operand;     ///< by ValueIndex: the b-bit grid on which Conv/Gemm read it
    std::vector<std::optional<QuantizedWeights>> weights;  ///< by NodeIndex: the integer layers of this stage
};

/// Plans for every stage and every integer precision asked for.
struct Quantization {
    std::vector<Precision> precisions;
    std::vector<std::vector<StagePlan>> plans;    ///< [precision][stage]

    [[nodiscard]] const StagePlan* find(StageIndex stage, Precision precision) const;
};

/// Observes the float network on the first `options.samples` samples of `data` (labels unused), then derives grids,
/// integer weights and, where on, sequential per-channel bias correction against the float stage input
/// (METHODS section 6). Deterministic, whatever the number of threads. Errors: reading; cancelled.
[[nodiscard]] Expected<Quantization> calibrate(const model::MultiExitModel& model, const dataset::Dataset& data,
                                               const std::vector<Precision>& precisions,
                                               const CalibrationOptions& options, Progress& progress);

/// The grid that `method` picks for one observed tensor.
[[nodiscard]] Grid choose_grid(const Observation& seen, std::uint8_t bits, RangeMethod method, double percentile);

/// Round to nearest even, saturated to the grid.
[[nodiscard]] std::uint8_t quantize(float value, const Grid& grid);

}  // namespace exitscope::quant
