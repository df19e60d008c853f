// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace exitscope::predict {

/// "Predicted error at least `threshold`" as a detector of wrong answers.
struct RocPoint {
    double threshold = 0;
    double caught = 0;  ///< share of the wrong answers that it flags
    double alarms = 0;  ///< share of the right answers that it flags
};

/// Receiver operating characteristic of predicted errors.
struct Roc {
    std::vector<RocPoint> points;  ///< from no answer flagged to all; equal predictions are one step
    std::size_t wrong = 0;
    std::size_t right = 0;
    double auroc = 0.5;  ///< 0.5 where there is only one kind of answer
};
[[nodiscard]] Roc roc(std::span<const float> predicted, std::span<const std::uint8_t> wrong);
/// At most `count` of the points (at least 2), the first and the last among them, evenly spaced along the curve.
[[nodiscard]] std::vector<RocPoint> thinned(const std::vector<RocPoint>& points, std::size_t count);

/// Histograms of the predicted errors of right and of wrong answers: equal bins over [0, highest].
struct ScoreHistogram {
    double highest = 1;              ///< the largest predicted error
    std::vector<std::size_t> right;  ///< [bins]
    std::vector<std::size_t> wrong;  ///< [bins]
};
[[nodiscard]] ScoreHistogram score_histogram(std::span<const float> predicted, std::span<const std::uint8_t> wrong,
                                             std::size_t bins);

}  // namespace exitscope::predict
