// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/analysis/analyse/analysis.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/cost/cost.h"
#include "core/analysis/query/predicate.h"
#include "core/analysis/run/run.h"

namespace exitscope::gui {

/// What every view shows: a run, a cost model, and one operating point decided on its test split. A value that never
/// changes once it is published; views keep it by OperatingPointPtr.
struct OperatingPoint {
    run::RunPtr run;
    cost::Costs costs;
    analyse::Decisions decisions;
    std::vector<float> predictedError;  ///< [test samples] of the answer at the decided state; may be empty
    /// What the states are numbered in and the predictions of error are from; null while a run is being read.
    std::shared_ptr<const analyse::Analysis> analysis;
    policy::FittedPtr fitted = {};  ///< the policy that decided; null while nothing is decided

    [[nodiscard]] bool decided() const { return run && decisions.state.size() == run->test.samples; }
    [[nodiscard]] bool labelled() const { return run && run->test.labelled(); }
    [[nodiscard]] StateIndex state(SampleIndex sample) const { return decisions.state[sample.at()]; }
    [[nodiscard]] std::uint16_t prediction(SampleIndex sample) const
    {
        return run->test.prediction[state(sample).at()][sample.at()];
    }
    /// What searches read. The point must be decided.
    [[nodiscard]] query::Rows rows() const { return {*run, costs, decisions.state, predictedError}; }
    /// -1 when the sample has no label.
    [[nodiscard]] std::int32_t label(SampleIndex sample) const
    {
        return labelled() ? run->test.labels[sample.at()] : -1;
    }
    /// Right or wrong at `at`; on data without labels whether it agrees with the full model; nothing for a single
    /// sample without a label among labelled ones.
    [[nodiscard]] std::optional<bool> good(SampleIndex sample, StateIndex at) const
    {
        const std::uint16_t answer = run->test.prediction[at.at()][sample.at()];
        if (!labelled())
            return answer == run->full_prediction(run->test)[sample.at()];
        const std::int32_t truth = run->test.labels[sample.at()];
        if (truth < 0)
            return std::nullopt;
        return truth == static_cast<std::int32_t>(answer);
    }
    [[nodiscard]] std::optional<bool> good(SampleIndex sample) const { return good(sample, state(sample)); }
};

using OperatingPointPtr = std::shared_ptr<const OperatingPoint>;

}  // namespace exitscope::gui
