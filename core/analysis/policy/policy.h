// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/analysis/cost/cost.h"
#include "core/analysis/policy/decision_rule.h"
#include "core/analysis/policy/gates.h"
#include "core/analysis/policy/sweep.h"
#include "core/analysis/predict/predictors.h"
#include "core/analysis/run/run.h"
#include "core/base/error.h"
#include "core/base/index.h"
#include "core/base/translatable.h"

namespace exitscope::policy {

/// One setting of a policy's knob, chosen and measured on the fit split.
struct Point {
    double knob = 0;          ///< lambda, threshold, ... ; for lists of models: an ordinal
    double fit_cost = 0;      ///< mean relative cost on the fit split
    double fit_accuracy = 0;  ///< on the fit split
};

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

enum class Dash { solid, dashed, dotted, dash_dot, dash_dot_dot };
/// How drawings show a policy's curve: the same in all of them. Learned policies solid, thresholds dashed, bounds and
/// references dotted or thin.
struct Line {
    std::size_t colour = 0;  ///< position among the eight series colours of a theme
    Dash dash = Dash::solid;
    double width = 1.6;  ///< pixels at scale 1
};

struct StateGraph;

/// What is known of a policy without fitting it. Its file defines one; policies.h lists them.
struct Info {
    std::string_view name;         ///< "quee"
    std::string_view title;        ///< "QuEE"
    std::string_view description;  ///< one sentence for tool tips and docs, marked for translation
    Line line;
    bool oracle = false;  ///< reads the test labels: a bound rather than a policy
    Expected<FittedPtr> (*fit)(const Context&) = nullptr;
    bool needs_distribution = false;  ///< does not work on confidences alone (run::Run::confidences_only)
    /// The graph on whose answers (pooled where possible) `fit` decides, made from the measured run; null: the run's
    /// own states.
    Expected<StateGraph> (*graph)(const Context&) = nullptr;
};

}  // namespace exitscope::policy
