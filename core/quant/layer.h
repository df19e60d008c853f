// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/index.h"
#include "core/model/multi_exit.h"
#include "core/quant/quantization.h"

namespace exitscope::quant {

/// A Conv, Gemm or MatMul with constant weights: what integer arithmetic runs. Matrices are transposed to [N, K],
/// Gemm's alpha and beta are folded in.
struct Layer {
    NodeIndex node;
    ValueIndex input;
    ValueIndex output;
    std::size_t channels = 0;    ///< output channels
    std::size_t channel_axis = 1;  ///< of the output's shape
    std::vector<float> weights;  ///< [channels, K]
    std::vector<float> bias;     ///< [channels], zeros where the node has none

    [[nodiscard]] std::size_t row() const { return channels == 0 ? 0 : weights.size() / channels; }
};

/// Nothing when the node is another operator, or its weights or bias are not constant, or its input is.
[[nodiscard]] std::optional<Layer> layer(const model::Graph& graph, NodeIndex node);

/// Symmetric integer weights per output channel (METHODS 6) and the bias on the grid input_scale * scale[oc]. At
/// `bits` <= 5 each channel's clipping is searched for the smallest squared error; above, the largest magnitude is
/// kept. A channel whose bias would not fit beside its accumulator gets a coarser scale.
[[nodiscard]] QuantizedWeights quantize_layer(const Layer& layer, std::uint8_t bits, float input_scale);

}  // namespace exitscope::quant
