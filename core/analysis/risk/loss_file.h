// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "core/analysis/risk/loss.h"
#include "core/analysis/risk/selection.h"
#include "core/base/error.h"

namespace exitscope::risk {

/// Reads numbers [knobs, samples]: a .npy array, an .npz archive with such an array, its only one or the first of
/// `names`, or a .csv or .tsv file with one line per knob. Errors: unreadable; another shape.
[[nodiscard]] Expected<LossTable> read_loss_table(const std::filesystem::path& path,
                                                  std::span<const std::string_view> names);

/// Reads losses of one kind computed by another program, rows from safest to cheapest, in an archive named after the
/// loss. Errors: those of read_loss_table(); a value that is not a number or outside the range of the loss (named with
/// its place).
[[nodiscard]] Expected<LossTable> read_losses(const std::filesystem::path& path, const LossInfo& loss);

/// Reads sample positions, an integer .npy array [samples].
[[nodiscard]] Expected<std::vector<std::uint32_t>> read_order(const std::filesystem::path& path);

}  // namespace exitscope::risk
