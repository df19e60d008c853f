// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "core/base/index.h"
#include "core/network/calibrate/calibrate.h"
#include "core/network/model/linear_layer.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::calibrate {

/// Facts about a model that its quantization needs and that depend neither on the precision nor on data.
struct Scheme {
    std::vector<std::optional<model::LinearLayer>> layers;  ///< by NodeIndex
    std::vector<bool> pinned;                               ///< by NodeIndex: layers that stay at 8 bits
    std::vector<ValueIndex> observed;  ///< by ValueIndex: the value whose observation gives this one's grid
    std::vector<bool> narrow;          ///< by ValueIndex: read only by unpinned layers of one stage, so that it is
                                       ///< stored at the layers' own precision
    std::vector<bool> on_grid;         ///< by ValueIndex: some layer still follows; logits have no grid
    std::vector<bool> real;            ///< by ValueIndex: part of attention or normalisation, stored in real numbers;
                                       ///< layers that read it round it to their operand grid
};
[[nodiscard]] Scheme scheme(const model::MultiExitModel& model, const CalibrationOptions& options);

/// Grids of one stage at one precision and its layers' integer weights, before bias correction. `observations` is
/// indexed by value; values without one get no grid.
[[nodiscard]] plan::StagePlan plan_stage(const model::MultiExitModel& model, StageIndex stage, Precision precision,
                                         const Scheme& scheme,
                                         const std::vector<std::optional<Observation>>& observations,
                                         const CalibrationOptions& options);

}  // namespace exitscope::calibrate
