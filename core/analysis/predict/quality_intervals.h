// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

#include "core/analysis/predict/wilson.h"

namespace exitscope::predict {

/// 95 % intervals of the numbers of quality().
struct QualityIntervals {
    Interval auroc;
    Interval ece;
    Interval ece_width;
};

/// Bootstrap over images, 200 seeded draws: `image` [answers] is the image of each answer, and all answers for one
/// image are drawn together. The intervals are percentiles, shifted by the mean difference between draws and estimate,
/// because resampling makes calibration errors larger. Of more than half a million answers only every k-th is used.
[[nodiscard]] QualityIntervals quality_intervals(std::span<const float> predicted, std::span<const std::uint8_t> wrong,
                                                 std::span<const std::uint32_t> image, std::uint64_t seed);

}  // namespace exitscope::predict
