// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/base/notice.h"
#include "core/base/plan/stage_plan.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::model {

/// The integers of a quantized file (model/file_quantization.h) as stage plans.
struct NativeQuantization {
    std::vector<plan::StagePlan> plans;  ///< [stage]

    struct FloatLayer {
        std::string node;
        std::string op;
        std::string reason;  ///< a sentence without a full stop
    };
    std::size_t integer_layers = 0;
    std::vector<FloatLayer> float_layers;  ///< Conv, Gemm and MatMul that run in floating point at the
                                           ///< file's own precision
};

/// The plans of a quantized file; nullopt when the model's file is not quantized. Every grid is the file's, so that
/// rounding happens in the same places; weights are the file's integers minus their zero point; int32 biases are the
/// file's, float biases keep what they are beyond whole numbers (QuantizedWeights::bias_rest).
[[nodiscard]] std::optional<NativeQuantization> native_quantization(const MultiExitModel& model);

/// MultiExitModel::quantized_precision of a specialised graph of a quantized file.
[[nodiscard]] Precision quantized_precision(const Graph& graph);

/// By NodeIndex: the layers for which the file uses more bits than `precision`.
[[nodiscard]] std::vector<bool> wider_layers(const Graph& graph, Precision precision);

/// A notice when one of `precisions` quantizes a quantized file once more.
[[nodiscard]] Notices requantization_notices(const MultiExitModel& model, const std::vector<Precision>& precisions);

}  // namespace exitscope::model
