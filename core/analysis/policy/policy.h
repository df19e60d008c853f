// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/index.h"
#include "core/analysis/cost/cost.h"
#include "core/analysis/predict/predictors.h"
#include "core/analysis/policy/decision_rule.h"
#include "core/analysis/run/run.h"

namespace exitscope::policy {

/// One setting of a policy's knob, chosen and measured on the fit split.
struct Point {
    double knob = 0;          ///< lambda, threshold, ... ; for lists of models: an ordinal
    double fit_cost = 0;      ///< mean relative cost on the fit split
    double fit_accuracy = 0;  ///< on the fit split
};

/// States chosen for every sample at every point, as per-sample breakpoints: decisions are piecewise constant in the
/// knob, so moving the slider is a look-up (architecture.md#rules-that-hold-everywhere).
class Sweep {
public:
    /// One breakpoint of one sample: the point from which `state` holds.
    struct Break {
        std::uint32_t point;
        StateIndex state;
    };

    /// `states_by_point[p][i]` = state of sample i at point p; at least one point.
    explicit Sweep(const std::vector<std::vector<StateIndex>>& states_by_point);
    /// Compressed rows: breaks[offsets[i] .. offsets[i+1]) are those of sample i, ascending, the first at point 0.
    Sweep(std::size_t points, std::vector<std::uint64_t> offsets, std::vector<Break> breaks);

    [[nodiscard]] std::size_t samples() const { return offsets_.size() - 1; }
    [[nodiscard]] std::size_t points() const { return points_; }
    [[nodiscard]] StateIndex state(SampleIndex sample, std::size_t point) const
    {
        return state_at(breaks(sample), point);
    }
    [[nodiscard]] std::span<const Break> breaks(SampleIndex sample) const
    {
        const std::uint64_t begin = offsets_[sample.at()];
        return {breaks_.data() + begin, static_cast<std::size_t>(offsets_[sample.at() + 1] - begin)};
    }
    /// The state that holds at `point`. A sample has few breaks: counting them without a branch beats a search.
    [[nodiscard]] static StateIndex state_at(std::span<const Break> breaks, std::size_t point)
    {
        std::size_t passed = 0;
        for (std::size_t b = 1; b < breaks.size(); ++b)
            passed += breaks[b].point <= point;
        return breaks[passed].state;
    }

private:
    std::size_t points_ = 0;
    std::vector<std::uint64_t> offsets_;  ///< [samples + 1]
    std::vector<Break> breaks_;
};

/// Facts about a sample at a head that was asked.
struct Visit {
    run::Evidence evidence;
    std::uint32_t source = 0;  ///< its position in the data set
    unsigned agreeing = 1;     ///< heads asked in a row, this one included, that gave this answer
};

/// A policy at one of its points, deciding gate by gate from the answers to a sample so far, as a deployed model does.
/// Owns its scratch memory: one object per thread. Must not outlive the policy.
class Gates {
public:
    virtual ~Gates() = default;
    /// The state in which every sample starts: a state of the first stage.
    [[nodiscard]] virtual StateIndex root() const = 0;
    /// Decides for a sample at `state`. Returns `state` itself to leave there; otherwise the later state to run to,
    /// where next() decides again. Gates passed on the way are not asked.
    [[nodiscard]] virtual StateIndex next(StateIndex state, const Visit& visit) = 0;
    /// False where no sample leaves and next() does not depend on the statistics: the exit head need not run.
    [[nodiscard]] virtual bool reads(StateIndex state) const = 0;
};
using GatesPtr = std::unique_ptr<Gates>;

/// A policy after fitting: a list of points of ascending fit cost (the concave envelope on the fit split where the
/// policy sweeps a knob) and the rule behind them.
class Fitted {
public:
    virtual ~Fitted() = default;
    [[nodiscard]] virtual std::span<const Point> points() const = 0;
    /// States of one split's samples at one point. Uses no labels, except for oracles.
    [[nodiscard]] virtual std::vector<StateIndex> decide(const run::Split& split, std::size_t point) const = 0;
    /// All points at once; the default asks decide() point by point. Results do not depend on `threads`.
    [[nodiscard]] virtual Sweep sweep(const run::Split& split, unsigned threads = 1) const;
    /// Gates for one point, for deployment: every sample ends in the state given by decide(). Null when the policy
    /// needs more than the sample's own answers on the way, as oracles do.
    [[nodiscard]] virtual GatesPtr gates([[maybe_unused]] std::size_t point) const { return nullptr; }
    /// One point as data for other programs; nullopt when the gates are neither thresholds nor linear forecasts.
    [[nodiscard]] virtual std::optional<DecisionRule> rule([[maybe_unused]] std::size_t point) const
    {
        return std::nullopt;
    }
    /// Whether budgets between two points are met by mixing them; false for lists of fixed models except "static-hull".
    [[nodiscard]] virtual bool mixes() const { return true; }
};
using FittedPtr = std::shared_ptr<const Fitted>;

/// Input for fitting a policy. Choices may depend on `run.fit` only, not on `run.test`.
struct Context {
    const run::Run& run;  ///< must outlive the fitted policy
    const cost::Costs& costs;
    predict::PredictorsPtr predictors;  ///< for the policies that decide by predicted errors
    std::uint64_t seed = 1;
    unsigned threads = 1;  ///< 0 = one per core; results do not depend on it
    /// Set for risk control: loss of every state's answer on the fit split, [states][fit samples]. A knob policy then
    /// keeps every setting with a smaller mean loss than all cheaper ones, instead of the concave envelope of accuracy.
    const std::vector<std::vector<float>>* fit_loss = nullptr;
};

struct StateGraph;

/// One entry of the registry: stable name, texts for users, requirements.
struct Info {
    std::string_view name;         ///< "quee"
    std::string_view title;        ///< "QuEE"
    std::string_view description;  ///< one sentence for tool tips and docs
    bool oracle = false;           ///< reads the test labels: a bound, not a usable policy
    Expected<FittedPtr> (*fit)(const Context&) = nullptr;
    bool needs_distribution = false;  ///< does not work on confidences alone (run::Run::confidences_only)
    /// Makes the graph on whose answers (pooled where possible) `fit` decides, from the measured run; null: the run's
    /// own states.
    Expected<StateGraph> (*graph)(const Context&) = nullptr;
};
[[nodiscard]] std::span<const Info> registry();
[[nodiscard]] const Info* find(std::string_view name);

/// A budget between two points: `upper_share` of the samples are decided by point `lower + 1`, the others by point
/// `lower`, drawn by a seeded hash of each sample's source index.
struct Mix {
    std::size_t lower = 0;
    double upper_share = 0;
};
/// The mix whose mean relative cost on the fit split is `budget` in expectation over the draw, clamped to the range of
/// the points. With `mixes` false: the most expensive point within the budget, or the first. `points` is not empty.
[[nodiscard]] Mix at_budget(std::span<const Point> points, double budget, bool mixes);

/// Indices of the upper concave envelope of (fit_cost, fit_accuracy), ascending cost, from the cheapest point to the
/// most accurate one: both cost and accuracy rise strictly along it.
[[nodiscard]] std::vector<std::size_t> concave_envelope(std::span<const Point> points);

/// Indices of the points whose `gain` [points] exceeds that of all other points that do not cost more; in ascending
/// order of cost and gain.
[[nodiscard]] std::vector<std::size_t> pareto_front(std::span<const Point> points, std::span<const double> gain);

}  // namespace exitscope::policy
