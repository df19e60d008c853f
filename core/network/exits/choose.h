// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/progress.h"
#include "core/network/exits/feature_set.h"
#include "core/network/exits/features.h"
#include "core/network/exits/train.h"

namespace exitscope::exits {

/// A more expensive kind of head is chosen only when it gains this many percentage points of accuracy per additional
/// 1 % of the network's MACs.
inline constexpr double price_of_macs = 1.0;

/// Input of train_heads(): data, targets and options.
struct HeadTraining {
    const FeatureSet& train;
    const FeatureSet& held_out;
    const std::vector<Cut>& cuts;
    std::int64_t network_macs = 0;
    TrainOptions options;  ///< the seed is mixed with exit and kind
    unsigned threads = 1;
};

/// One trained head per exit. Where an exit has several candidates, each gets a pilot training with a fifth of the
/// epochs; the one with the best held-out accuracy, reduced by price_of_macs times its cost, is trained in full. Every
/// head is trained by one thread on its own, so results do not depend on the number of threads. When cancelled: the
/// best head so far of every exit, possibly from its pilot; a head with `epochs` 0 is untrained.
[[nodiscard]] std::vector<TrainedHead> train_heads(const std::vector<std::vector<HeadSpec>>& candidates,
                                                   const HeadTraining& how, Progress& progress,
                                                   const EpochObserver& observer);

}  // namespace exitscope::exits
