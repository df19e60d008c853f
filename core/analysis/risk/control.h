// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/analysis/risk/selection.h"
#include "core/base/error.h"
#include "core/base/progress.h"

namespace exitscope::risk {

struct ControlRequest {
    Rule rule;
    std::vector<double> eps;
    std::size_t n = 0;                 ///< number of calibration samples; the others are test samples
    std::size_t trials = 1;            ///< random splits into calibration and test samples
    std::vector<std::uint32_t> order;  ///< the first n of these positions calibrate; empty = drawn at random
    /// The losses compare with the full model, which has risk 0 and relative cost 1 and answers where no knob is
    /// admissible. Else there is no risk then.
    bool against_full_model = true;
    std::uint64_t seed = 1;
    unsigned threads = 1;  ///< 0 = one per core; results do not depend on it
};

/// Outcome at one level: means over the trials of the means over each trial's test samples, as far as these are known.
/// NaN for unknown values.
struct LevelOutcome {
    double eps = 0;
    std::vector<std::optional<std::size_t>> index;  ///< [trials]
    double risk_mean = 0;
    double risk_error = 0;  ///< standard deviation of the test risk over the trials
    double cost_mean = 0;
    double violations = 0;     ///< share of trials with a test risk above eps
    std::vector<double> risk;  ///< [trials] mean loss of each trial's test samples
};

/// Writes the positions of the `n` calibration samples of one trial, in the order in which they count.
void draw_calibration(std::uint64_t seed, std::size_t trial, std::size_t samples, std::size_t n,
                      std::vector<std::uint32_t>& order);

/// Draws (or takes) the calibration samples, chooses, and scores on the samples that are left. `relative_cost` is
/// [knobs * samples] as the losses, or empty: unknown. Errors: n beyond the samples; levels, delta or an order that
/// make no sense; cancelled.
[[nodiscard]] Expected<std::vector<LevelOutcome>> control_risk(const LossTable& losses,
                                                               std::span<const float> relative_cost,
                                                               const ControlRequest& request, Progress& progress);

}  // namespace exitscope::risk
