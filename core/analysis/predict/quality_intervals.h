// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

#include "core/analysis/predict/wilson.h"

namespace exitscope::predict {

/// 95 % intervals of what quality() says.
struct QualityIntervals {
    Interval auroc;
    Interval ece;
    Interval ece_width;
};

/// Bootstrap over images, 200 seeded draws: `image` [answers] says which image an answer is about, and the answers
/// about one image are drawn together. Percentiles, moved by the draws' mean distance from the estimate, as resampling
/// makes any calibration error larger. Of more than half a million answers every k-th is drawn from.
[[nodiscard]] QualityIntervals quality_intervals(std::span<const float> predicted, std::span<const std::uint8_t> wrong,
                                                 std::span<const std::uint32_t> image, std::uint64_t seed);

}  // namespace exitscope::predict
