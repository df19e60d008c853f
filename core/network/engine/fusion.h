// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/base/index.h"
#include "core/network/model/multi_exit.h"
#include "core/base/plan/stage_plan.h"

namespace exitscope::engine {

/// Activation that folds into the layer before it: clamp to [low, high], which may be infinite.
struct Clamp {
    float low;
    float high;
};
/// Relu and Clip with constant bounds; nothing for other operators.
[[nodiscard]] std::optional<Clamp> clamp_of(const model::Node& node);

/// A linear layer with what follows it: layer [+ residual] [clamped].
struct Chain {
    NodeIndex layer;
    std::optional<NodeIndex> add;
    ValueIndex residual;  ///< when `add`
    std::optional<NodeIndex> activation;
    std::optional<Clamp> clamp;  ///< when `activation`
    ValueIndex layer_result;     ///< value after the layer alone
    ValueIndex sum;              ///< value after the addition (layer_result without one)
    ValueIndex result;           ///< value after everything
};

/// Which nodes run together, and where.
struct FusionPlan {
    std::vector<std::optional<Chain>> ends_here;  ///< by NodeIndex: the chain that runs in place of this node
    std::vector<bool> absorbed;                   ///< by NodeIndex: runs later, as part of a chain
    std::vector<std::size_t> last_use;            ///< by ValueIndex: latest running position; SIZE_MAX = handed over
    std::vector<std::size_t> position;            ///< by NodeIndex: when it runs
};

/// Chains of the stage's linear layers; with `fuse` false every layer is a chain of its own. A `stage_plan` (or null)
/// that rounds inside chains ends them where that would make a difference.
[[nodiscard]] FusionPlan plan_fusion(const model::MultiExitModel& model, const model::Stage& stage,
                                     const plan::StagePlan* stage_plan, bool fuse);

}  // namespace exitscope::engine
