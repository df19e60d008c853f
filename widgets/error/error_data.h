// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/analysis/predict/error_clusters.h"
#include "core/analysis/predict/quality.h"
#include "core/analysis/predict/quality_intervals.h"
#include "core/analysis/predict/roc.h"
#include "widgets/common/operating_point.h"

namespace exitscope::gui {

/// Selection of the answers that the view shows.
struct ErrorScope {
    enum class Kind {
        decided,  ///< every sample at its decided state
        exit,     ///< samples that leave at exit `value`, at their decided state
        state,    ///< every sample at state `value`, wherever it leaves
    };
    Kind kind = Kind::decided;
    std::uint32_t value = 0;

    friend bool operator==(const ErrorScope&, const ErrorScope&) = default;
};

/// Predicted errors and 0/1 outcomes of the samples in scope that have a label (on unlabelled data: outcome =
/// differs from the full model). `selfError` is Analysis::self_error().
struct ErrorPairs {
    std::vector<SampleIndex> samples;
    std::vector<StateIndex> states;
    std::vector<float> predicted;
    std::vector<std::uint8_t> wrong;
};
[[nodiscard]] ErrorPairs errorPairs(const OperatingPoint& point, const std::vector<std::vector<float>>& selfError,
                                    const ErrorScope& scope);

/// All data that the view shows for one scope.
struct ErrorPicture {
    ErrorScope scope;
    ErrorPairs pairs;
    predict::Quality quality;
    predict::QualityIntervals intervals;  ///< those of `exitscope-cli predictors`; roc.interval is that of the AUROC
    std::vector<predict::ReliabilityBin> bins;
    predict::Roc roc;
    predict::ScoreHistogram scores;
    predict::ErrorClusters clusters;
};
/// Takes about a second for a million samples: call it in a worker thread.
[[nodiscard]] ErrorPicture errorPicture(const OperatingPoint& point, const analyse::Analysis& analysis,
                                        const ErrorScope& scope);

}  // namespace exitscope::gui
