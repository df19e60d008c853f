// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/progress.h"
#include "core/network/exits/feature_set.h"
#include "core/network/exits/features.h"
#include "core/network/exits/train.h"

namespace exitscope::exits {

/// A dearer kind of head is chosen only when it brings this many points of accuracy for every 1 % of the network's
/// MACs that it costs more.
inline constexpr double price_of_macs = 1.0;

/// Everything that training the heads needs.
struct HeadTraining {
    const FeatureSet& train;
    const FeatureSet& held_out;
    const std::vector<Cut>& cuts;
    std::int64_t network_macs = 0;
    TrainOptions options;  ///< the seed is mixed with exit and kind
    unsigned threads = 1;
};

/// One trained head an exit. Where an exit has several candidates a pilot training of each, with a fifth of the epochs,
/// finds the one with the best held-out accuracy less price_of_macs, and that one is trained in full. One job a head:
/// heads in training share nothing, so the number of threads does not matter. Cancelled: an exit's best so far, which
/// may be that of its pilot; one with zero `epochs` has learnt nothing.
[[nodiscard]] std::vector<TrainedHead> train_heads(const std::vector<std::vector<HeadSpec>>& candidates,
                                                   const HeadTraining& how, Progress& progress,
                                                   const EpochObserver& observer);

}  // namespace exitscope::exits
