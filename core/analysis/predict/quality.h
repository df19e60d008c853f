// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace exitscope::predict {

/// Bins of the expected calibration error.
inline constexpr std::size_t calibration_bins = 15;
/// The bin of equal width that a predicted error falls into.
[[nodiscard]] std::size_t width_bin(float predicted);

/// Quality of predicted errors against 0/1 outcomes (methods.md#quality-of-predicted-errors).
struct Quality {
    std::size_t samples = 0;
    double auroc = 0.5;
    double ece = 0;        ///< over bins of equal counts
    double ece_width = 0;  ///< over bins of equal width
    double brier = 0;
    double log_loss = 0;
};
[[nodiscard]] Quality quality(std::span<const float> predicted, std::span<const std::uint8_t> wrong);

/// One bin of a reliability diagram; the interval is Wilson's at 95 %.
struct ReliabilityBin {
    double predicted = 0;  ///< mean predicted error
    double actual = 0;     ///< share of wrong answers
    double low = 0;
    double high = 0;
    std::size_t samples = 0;
    double lower_edge = 0;
    double upper_edge = 0;
};
/// Quantile bins (equal counts; ties stay together, so there may be fewer).
[[nodiscard]] std::vector<ReliabilityBin> reliability(std::span<const float> predicted,
                                                      std::span<const std::uint8_t> wrong, std::size_t bins);

}  // namespace exitscope::predict
