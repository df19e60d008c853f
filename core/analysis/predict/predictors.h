// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "core/analysis/predict/spline_forecast.h"
#include "core/analysis/run/run.h"
#include "core/base/index.h"

namespace exitscope::predict {

/// Predicted probability of error of every continuation, `phat[s -> m](z)`, for every state s of a run
/// (methods.md#quee). The features z are the four statistics of the exit head at s and, for the splines, those of the
/// head before and whether the two agree. Immutable; safe from several threads.
class Predictors {
public:
    virtual ~Predictors() = default;
    /// Terminals reachable from gate `s`, `s` itself first, then its descendants in order of StateIndex.
    [[nodiscard]] virtual std::span<const StateIndex> terminals(StateIndex gate) const = 0;
    /// Writes phat[s -> m] for a new sample into `out`, for every m of terminals(gate) in order, or for the first ones
    /// if `out` is shorter. In (0,1).
    virtual void predict(StateIndex gate, const run::Evidence& features, std::span<float> out) const = 0;
    /// The same for a sample of the fit split, by models that did not learn from it: choices made by these predictions
    /// are not optimistic. Methods without such models predict it as a new sample.
    virtual void predict_held_out(StateIndex gate, SampleIndex sample, const run::Evidence& features,
                                  std::span<float> out) const;
    /// Unclamped scores of the first terminals of the gate, by which it decides: the difference of two scores equals
    /// that of the predicted errors before these are limited to (0,1). For a new sample, and for one of the fit split.
    virtual void compare(StateIndex gate, const run::Evidence& features, std::span<float> out) const;
    virtual void compare_held_out(StateIndex gate, SampleIndex sample, const run::Evidence& features,
                                  std::span<float> out) const;
    /// What compare() and predict() compute at this gate, as data; nothing for methods of another form than splines.
    [[nodiscard]] virtual std::optional<SplineForecast> forecast([[maybe_unused]] StateIndex gate) const
    {
        return std::nullopt;
    }
};
using PredictorsPtr = std::shared_ptr<const Predictors>;

/// Every sample of a split as new samples: `out` is [samples, terminals(gate)].
void predict(const Predictors& predictors, const run::Run& run, const run::Split& split, StateIndex gate,
             std::span<float> out);
/// phat[s -> s] of the same: the predicted error of answering here and now, [samples].
void predict_self(const Predictors& predictors, const run::Run& run, const run::Split& split, StateIndex gate,
                  std::span<float> out);

}  // namespace exitscope::predict
