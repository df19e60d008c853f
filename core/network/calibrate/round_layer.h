// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/plan/stage_plan.h"
#include "core/network/calibrate/moments.h"
#include "core/network/model/linear_layer.h"

namespace exitscope::calibrate {

/// What is known about a layer when it is rounded. The wanted outputs in `fit` and `held_out` lack the layer's float
/// bias and, where a residual is added to its result, the residual's error is part of them.
struct LayerToRound {
    const model::LinearLayer& layer;
    plan::Grid input;                          ///< on which it reads its input
    std::uint8_t bits = 8;                     ///< of its weights
    const Moments& fit;                        ///< of the images on which the weights are fitted
    const Moments* held_out;                   ///< of the images that choose method and damping; null: too few for both
    std::optional<plan::WeightMethod> method;  ///< nullopt: the best on held-out images
};

/// Replaces `weights`, rounded to nearest, by those of rounding layer by layer (methods.md#weights), with the bias that
/// makes the means equal, and says what it did. `threads` as in for_each_job().
void round_layer(const LayerToRound& job, plan::QuantizedWeights& weights, unsigned threads);

}  // namespace exitscope::calibrate
