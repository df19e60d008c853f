// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/network/engine/run_model.h"
#include "core/network/model/multi_exit.h"

namespace exitscope::engine {

/// Result of a model whose file itself decides where an image leaves (model::ExitRule).
struct RuledRun {
    std::vector<std::uint32_t> exit;  ///< [samples] exit at which each image leaves
    std::vector<double> shares;       ///< [exits] fraction of the images that leave there
    std::optional<double> accuracy;   ///< of the answers given, fraction; nullopt without labels
};

/// Lets every image of a run leave at the first exit whose rule holds, else at the last. `labels`: as returned by
/// read_labels(), or empty. nullopt for a model without rules.
[[nodiscard]] std::optional<RuledRun> apply_own_rules(const model::MultiExitModel& model, const ModelRun& run,
                                                      std::span<const std::int32_t> labels);

}  // namespace exitscope::engine
