// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/weights.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace exitscope::quant
{
namespace
{

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

QuantizedWeights quantize_layer(const engine::LinearLayer& layer, std::uint8_t bits, float input_scale)
{
    QuantizedWeights quantized;
    const auto channels = static_cast<std::size_t>(layer.output_channels());
    const std::size_t row = channels == 0 ? 0 : layer.weights.size() / channels;
    const auto top = static_cast<float>((1 << (bits - 1)) - 1);
    quantized.values.resize(layer.weights.size());
    quantized.scales.resize(channels);
    quantized.bias.resize(channels);
    for (std::size_t channel = 0; channel < channels; ++channel) {
        const std::span<const float> from(layer.weights.data() + channel * row, row);
        const double bias = std::isfinite(layer.bias[channel]) ? double(layer.bias[channel]) : 0.0;
        const auto floor = static_cast<float>(std::fabs(bias) / (double(input_scale) * bias_limit));
        const float scale = std::max(channel_scale(from, bits), floor);
        quantized.scales[channel] = scale;
        for (std::size_t k = 0; k < row; ++k) {
            const float level = std::isnan(from[k]) ? 0.0F : std::clamp(std::nearbyint(from[k] / scale), -top, top);
            quantized.values[channel * row + k] = static_cast<std::int8_t>(level);
        }
        const double level = std::nearbyint(bias / (double(input_scale) * double(scale)));
        quantized.bias[channel] = static_cast<std::int32_t>(std::clamp(level, -bias_limit, bias_limit));
    }
    return quantized;
}

}  // namespace exitscope::quant
