// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/network/engine/run_model.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::engine {

/// What a model does whose file decides by itself where an image leaves (model::ExitRule).
struct RuledRun {
    std::vector<std::uint32_t> exit;  ///< [samples] where each image leaves
    std::vector<double> shares;       ///< [exits] of the images that leave at each exit
    std::optional<double> accuracy;   ///< of the answers given; nothing without labels
};

/// Lets every image of a run leave at the first exit whose rule says so, else at the last. Labels: read_labels(), or
/// empty. Nothing for a model without rules.
[[nodiscard]] std::optional<RuledRun> apply_own_rules(const model::MultiExitModel& model, const ModelRun& run,
                                                      std::span<const std::int32_t> labels);

}  // namespace exitscope::engine
