// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "core/analysis/risk/control.h"
#include "core/analysis/risk/selection.h"
#include "core/base/error.h"
#include "core/base/progress.h"

/// Losses of another program without a kind of their own, such as those of tokens or segments: any numbers between two
/// bounds. They are mapped to [0, 1] by (x - low) / (high - low), where the procedures of selection.h hold as published
/// (B = 1), and the results back.
namespace exitscope::risk {

struct LossRange {
    double low = 0;
    double high = 1;
};

struct RealLosses {
    LossTable losses;  ///< as read, within the range
    LossRange range;
};

/// Reads losses [knobs, samples], rows from safest to cheapest: a .npy array, an .npz archive with one array or one
/// called losses, or a .csv or .tsv file with one line per knob. Without a `range` it is the first of [0, 1], [-1, 1]
/// and [-2, 2] that holds all of them. Errors: another shape; a range that is none; a value that is no finite number or
/// outside the range, named by knob and sample.
[[nodiscard]] Expected<RealLosses> read_real_losses(const std::filesystem::path& path, std::optional<LossRange> range);

/// control_risk() in the units of the losses. Of `request.rule` the method, delta, `monotone` and
/// `reference_compatible` count; the levels are mean losses, from range.low on. Where no knob is admissible there is no
/// risk either: means are over the trials with a knob. Errors: those of control_risk().
[[nodiscard]] Expected<std::vector<LevelOutcome>> control_real_losses(const RealLosses& real, ControlRequest request,
                                                                      Progress& progress);

}  // namespace exitscope::risk
