// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <vector>

#include "core/base/error.h"
#include "core/analysis/risk/loss.h"
#include "core/analysis/risk/selection.h"

namespace exitscope::risk {

/// Losses computed elsewhere: a .npy array [knobs, samples], rows from safest to cheapest, or an .npz archive with one
/// such array, or one named after the loss. Errors: another shape; a value that is not a number, or that the loss
/// cannot take (named with its place).
[[nodiscard]] Expected<LossTable> read_losses(const std::filesystem::path& path, const LossInfo& loss);

/// Sample positions, an integer .npy array [samples].
[[nodiscard]] Expected<std::vector<std::uint32_t>> read_order(const std::filesystem::path& path);

}  // namespace exitscope::risk
