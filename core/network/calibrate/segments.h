// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "core/base/index.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::calibrate {

/// Nodes of one stage: a layer with weights and what depends on it and on no later layer.
struct Segment {
    StageIndex stage;
    std::optional<NodeIndex> layer;   ///< nullopt for what comes before a stage's first layer
    std::vector<ValueIndex> expired;  ///< values that no later segment reads
};

/// A network cut at every layer, so that each layer can be changed before the next one runs.
struct SegmentedModel {
    model::MultiExitModel model;  ///< stage i is segment i; its exit is a constant that nobody reads
    std::vector<Segment> segments;
};
[[nodiscard]] SegmentedModel cut_at_layers(const model::MultiExitModel& model);

}  // namespace exitscope::calibrate
