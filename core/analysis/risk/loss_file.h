// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <vector>

#include "core/analysis/risk/loss.h"
#include "core/analysis/risk/selection.h"
#include "core/base/error.h"

namespace exitscope::risk {

/// Reads losses computed by another program: a .npy array [knobs, samples], rows from safest to cheapest, or an .npz
/// archive with such an array, its only one or the one named after the loss. Errors: another shape; a value that is not
/// a number or outside the range of the loss (named with its place).
[[nodiscard]] Expected<LossTable> read_losses(const std::filesystem::path& path, const LossInfo& loss);

/// Reads sample positions, an integer .npy array [samples].
[[nodiscard]] Expected<std::vector<std::uint32_t>> read_order(const std::filesystem::path& path);

}  // namespace exitscope::risk
