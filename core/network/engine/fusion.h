// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/base/index.h"
#include "core/base/plan/stage_plan.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::engine {

/// Activation that is fused into the layer before it: clamp to [low, high], which may be infinite.
struct Clamp {
    float low;
    float high;
};
/// The clamp of a Relu, or of a Clip with constant bounds; nullopt for other operators.
[[nodiscard]] std::optional<Clamp> clamp_of(const model::Node& node);

/// A linear layer and the operators that run together with it: layer [+ residual] [clamped].
struct Chain {
    NodeIndex layer;
    std::optional<NodeIndex> add;
    ValueIndex residual;  ///< valid when `add` is set
    std::optional<NodeIndex> activation;
    std::optional<Clamp> clamp;  ///< set when `activation` is
    ValueIndex layer_result;     ///< value after the layer alone
    ValueIndex sum;              ///< value after the addition (layer_result without one)
    ValueIndex result;           ///< value after everything
};

/// Which nodes run together as one operation, and at which position in the order.
struct FusionPlan {
    std::vector<std::optional<Chain>> ends_here;  ///< by NodeIndex: the chain executed at this node, its last one
    std::vector<bool> absorbed;                   ///< by NodeIndex: executed later, inside a chain
    std::vector<std::size_t> last_use;            ///< by ValueIndex: position of the last reader; SIZE_MAX: handed over
    std::vector<std::size_t> position;            ///< by NodeIndex: position in the order of execution
};

/// Chains of the stage's linear layers; with `fuse` false every layer is a chain of its own. `stage_plan` may be null;
/// if it has `rounds_inside`, chains end wherever rounding inside them would change results.
[[nodiscard]] FusionPlan plan_fusion(const model::MultiExitModel& model, const model::Stage& stage,
                                     const plan::StagePlan* stage_plan, bool fuse);

}  // namespace exitscope::engine
