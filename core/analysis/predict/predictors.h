// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/index.h"
#include "core/analysis/predict/spline_forecast.h"
#include "core/analysis/run/run.h"

namespace exitscope::predict {

/// P0: cluster table; P1: one MLP a gate on the clusters' soft targets; P2: the same on the 0/1 errors themselves
/// (methods.md#quee-predictors); P3 (ours): one additive spline model a depth of the error here and of its change on
/// going on, see spline_predictors.h.
enum class Method { table, mlp, mlp_raw, spline };
[[nodiscard]] std::optional<Method> parse_method(std::string_view text);  ///< "table" "mlp" "mlp-raw" "spline"

struct PredictorOptions {
    Method method = Method::spline;
    bool isotonic = false;      ///< calibrated by a monotone map afterwards, see isotonic.h
    std::size_t clusters = 32;  ///< K of k-means; 1 = one global error a terminal
    /// `a`: shrinkage of a cluster's error towards the global one. More than a few blurs the targets of the MLP, which
    /// smooths by itself.
    double pseudo_counts = 1.0;
    std::size_t hidden = 16;           ///< units of the MLP's hidden layer
    double validation_fraction = 0.2;  ///< of the fit split, for early stopping
    std::uint64_t seed = 1;
    unsigned threads = 1;
};

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

/// Fits on the fit split only. Errors: no labels there; fewer than 10 samples.
[[nodiscard]] Expected<PredictorsPtr> fit(const run::Run& run, const PredictorOptions& options);

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
