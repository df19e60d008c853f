// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/calibrate/weights.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace exitscope::calibrate {
namespace {

/// Largest magnitude of one channel's finite weights.
float magnitude(std::span<const float> row)
{
    float largest = 0;
    for (const float w : row)
        if (std::isfinite(w))
            largest = std::max(largest, std::fabs(w));
    return largest;
}

}  // namespace

plan::QuantizedWeights quantize_layer(const model::LinearLayer& layer, std::uint8_t bits, float input_scale)
{
    plan::QuantizedWeights quantized;
    const auto channels = static_cast<std::size_t>(layer.output_channels());
    const std::size_t row = channels == 0 ? 0 : layer.weights.size() / channels;
    const auto top = static_cast<float>((1 << (bits - 1)) - 1);
    quantized.values.resize(layer.weights.size());
    quantized.scales.resize(channels);
    quantized.bias.resize(channels);
    for (std::size_t channel = 0; channel < channels; ++channel) {
        const std::span<const float> from(layer.weights.data() + channel * row, row);
        const double bias = std::isfinite(layer.bias[channel]) ? double(layer.bias[channel]) : 0.0;
        const auto floor = static_cast<float>(std::fabs(bias) / (double(input_scale) * plan::bias_limit));
        const float fitting = std::max(magnitude(from) / top, floor);
        const float scale = fitting > std::numeric_limits<float>::min() ? fitting : 1.0F;
        quantized.scales[channel] = scale;
        for (std::size_t k = 0; k < row; ++k) {
            const float level = std::isnan(from[k]) ? 0.0F : std::clamp(std::nearbyint(from[k] / scale), -top, top);
            quantized.values[channel * row + k] = static_cast<std::int8_t>(level);
        }
        const double level = std::nearbyint(bias / (double(input_scale) * double(scale)));
        quantized.bias[channel] = static_cast<std::int32_t>(std::clamp(level, -plan::bias_limit, plan::bias_limit));
    }
    return quantized;
}

}  // namespace exitscope::calibrate
