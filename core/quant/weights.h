// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "core/engine/linear_layer.h"
#include "core/quant/quantization.h"

namespace exitscope::quant {

/// Biases stay within +-2^30, so that an accumulator has room beside them.
inline constexpr double bias_limit = 1 << 30;

/// Symmetric integer weights per output channel (METHODS 6) and the bias on the grid input_scale * scale[oc]. The
/// largest magnitude of a channel is the end of its grid: clipping weights to the smallest squared error costs 1 to 4
/// points of accuracy at 4 bits and ruins 3 bits, because it shrinks whole channels. A channel whose bias would not fit
/// beside its accumulator gets a coarser scale.
[[nodiscard]] QuantizedWeights quantize_layer(const engine::LinearLayer& layer, std::uint8_t bits, float input_scale);

}  // namespace exitscope::quant
