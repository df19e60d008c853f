// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "core/base/plan/stage_plan.h"
#include "core/network/model/linear_layer.h"

namespace exitscope::calibrate {

/// Symmetric integer weights per output channel (methods.md#integer-arithmetic) and the bias on the grid
/// input_scale * scale[oc]. The largest magnitude of a channel is the end of its grid: clipping weights to the smallest
/// squared error costs 1 to 4 points of accuracy at 4 bits and ruins 3 bits, because it shrinks whole channels. A
/// channel whose bias would exceed plan::bias_limit gets a coarser scale.
[[nodiscard]] plan::QuantizedWeights quantize_layer(const model::LinearLayer& layer, std::uint8_t bits,
                                                    float input_scale);

}  // namespace exitscope::calibrate
