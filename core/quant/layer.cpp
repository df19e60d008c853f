// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/layer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace exitscope::quant {
namespace {

const model::Tensor* constant(const model::Graph& graph, const model::Node& node, std::size_t input)
{
    if (input >= node.inputs.size() || !node.inputs[input])
        return nullptr;
    const model::Tensor* tensor = graph.value(*node.inputs[input]).constant.get();
    return tensor && !tensor->is_int && !tensor->floats.empty() ? tensor : nullptr;
}

/// [K, N] -> [N, K]
std::vector<float> transposed(const model::Tensor& matrix)
{
    const auto rows = static_cast<std::size_t>(matrix.shape[0]);
    const auto columns = static_cast<std::size_t>(matrix.shape[1]);
    std::vector<float> out(matrix.floats.size());
    for (std::size_t k = 0; k < rows; ++k)
        for (std::size_t n = 0; n < columns; ++n)
            out[n * rows + k] = matrix.floats[k * columns + n];
    return out;
}

/// Reads the optional bias, [channels] or anything that broadcasts to it along the last axis. False: not constant or
/// of another shape.
bool read_bias(const model::Graph& graph, const model::Node& node, float factor, Layer& layer)
{
    layer.bias.assign(layer.channels, 0.0F);
    if (node.inputs.size() < 3 || !node.inputs[2])
        return true;
    const model::Tensor* bias = constant(graph, node, 2);
    if (!bias || (bias->floats.size() != layer.channels && bias->floats.size() != 1))
        return false;
    for (std::size_t c = 0; c < layer.channels; ++c)
        layer.bias[c] = factor * bias->floats[bias->floats.size() == 1 ? 0 : c];
    return true;
}

/// Scale of one channel: largest magnitude, or the clipping of it with the smallest squared error.
float channel_scale(std::span<const float> row, std::uint8_t bits)
{
    float magnitude = 0;
    for (const float w : row)
        magnitude = std::max(magnitude, std::fabs(w));
    const auto top = static_cast<float>((1 << (bits - 1)) - 1);
    if (!(magnitude > std::numeric_limits<float>::min() * top) || !std::isfinite(magnitude))
        return 1.0F;
    float best_scale = magnitude / top;
    if (bits > 5)
        return best_scale;
    double best_error = std::numeric_limits<double>::infinity();
    constexpr int steps = 50;
    for (int step = steps; step >= steps / 4; --step) {
        const float scale = magnitude * static_cast<float>(step) / (steps * top);
        double error = 0;
        for (const float w : row) {
            const float off = w - scale * std::clamp(std::nearbyint(w / scale), -top, top);
            error += double(off * off);
        }
        if (error < best_error) {
            best_error = error;
            best_scale = scale;
        }
    }
    return best_scale;
}

}  // namespace

std::optional<Layer> layer(const model::Graph& graph, NodeIndex index)
{
    const model::Node& node = graph.node(index);
    const bool conv = node.op == "Conv";
    const bool gemm = node.op == "Gemm";
    if ((!conv && !gemm && node.op != "MatMul") || node.inputs.empty() || !node.inputs[0] || node.outputs.empty() ||
        graph.value(*node.inputs[0]).constant)
        return std::nullopt;
    const model::Tensor* weights = constant(graph, node, 1);
    if (!weights || (conv ? weights->shape.size() < 3 : weights->shape.size() != 2) ||
        (gemm && node.integer("transA", 0) != 0))
        return std::nullopt;

    Layer made;
    made.node = index;
    made.input = *node.inputs[0];
    made.output = node.outputs[0];
    const bool rows_are_channels = conv || (gemm && node.integer("transB", 0) != 0);
    made.channels = static_cast<std::size_t>(weights->shape[rows_are_channels ? 0 : 1]);
    made.channel_axis = node.op == "MatMul" ? std::max<std::size_t>(graph.value(made.output).shape.size(), 1) - 1 : 1;
    made.weights = rows_are_channels ? weights->floats : transposed(*weights);
    if (!read_bias(graph, node, gemm ? node.number("beta", 1.0F) : 1.0F, made))
        return std::nullopt;
    const float alpha = gemm ? node.number("alpha", 1.0F) : 1.0F;
    if (alpha != 1.0F)
        for (float& w : made.weights)
            w *= alpha;
    return made;
}

QuantizedWeights quantize_layer(const Layer& layer, std::uint8_t bits, float input_scale)
{
    QuantizedWeights quantized;
    const std::size_t row = layer.row();
    const auto top = static_cast<float>((1 << (bits - 1)) - 1);
    constexpr double bias_top = 1 << 30;
    quantized.values.resize(layer.weights.size());
    quantized.scales.resize(layer.channels);
    quantized.bias.resize(layer.channels);
    for (std::size_t channel = 0; channel < layer.channels; ++channel) {
        const std::span<const float> from(layer.weights.data() + channel * row, row);
        const double bias = std::isfinite(layer.bias[channel]) ? double(layer.bias[channel]) : 0.0;
        const auto floor = static_cast<float>(std::fabs(bias) / (double(input_scale) * bias_top));
        const float scale = std::max(channel_scale(from, bits), floor);
        quantized.scales[channel] = scale;
        for (std::size_t k = 0; k < row; ++k) {
            const float level = std::isnan(from[k]) ? 0.0F : std::clamp(std::nearbyint(from[k] / scale), -top, top);
            quantized.values[channel * row + k] = static_cast<std::int8_t>(level);
        }
        const double level = std::nearbyint(bias / (double(input_scale) * double(scale)));
        quantized.bias[channel] = static_cast<std::int32_t>(std::clamp(level, -bias_top, bias_top));
    }
    return quantized;
}

}  // namespace exitscope::quant
