// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/cost/cost.h"
#include "core/error/predictors.h"
#include "core/policy/policy.h"
#include "core/run/run.h"

namespace exitscope::evaluate {

/// A share with its 95 % interval (Wilson).
struct Proportion {
    double value = 0;
    double low = 0;
    double high = 0;
    std::size_t samples = 0;
};
[[nodiscard]] Proportion proportion(std::size_t hits, std::size_t samples);

/// Outcome of one operating point on the test split.
struct Outcome {
    Proportion accuracy;                    ///< over labelled samples
    double relative_cost = 0;               ///< mean, relative to Run::full()
    double cost = 0;                        ///< mean, absolute, in the cost model's unit
    double milliseconds = 0;                ///< mean measured latency of the chosen states, 0 if not measured
    std::vector<double> exit_share;         ///< [exits]
    std::vector<double> precision_share;    ///< [precisions], of the last stage run
    std::vector<std::uint32_t> state_count; ///< [states]
    double agreement = 0;                   ///< share whose prediction equals the full model's (needs no labels)
};

/// A point of a trade-off curve: chosen on the fit split, scored on the test split.
struct CurvePoint {
    double knob = 0;
    double budget = 0;          ///< asked relative cost (met on the fit split)
    double relative_cost = 0;   ///< realised on the test split
    Proportion accuracy;        ///< on the test split
};
struct Curve {
    std::string policy;
    std::vector<CurvePoint> points;  ///< ascending budget
    double area = 0;                 ///< mean accuracy of the curve over the common cost interval [low, 1]
    double area_low = 0;             ///< where that interval starts: the cheapest state's relative cost
};

/// A fitted policy with the sweep over the test split: everything the slider needs.
struct PolicyResult {
    const policy::Info* info = nullptr;
    policy::FittedPtr fitted;
    std::shared_ptr<const policy::Sweep> test;
    Curve curve;
};

/// One sample's state under an operating point.
struct Decisions {
    std::string policy;
    double budget = 0;
    double knob = 0;
    std::vector<StateIndex> state;   ///< [test samples]
    Outcome outcome;
};

/// A run with its predictors and one cost model: fits policies on demand and answers every question the window and
/// the command line ask. Immutable after make(); results of fit() are values the caller keeps.
class Analysis {
public:
    /// Fits the error predictors (P0 and P1) on the fit split. Errors: fit split without labels.
    [[nodiscard]] static Expected<std::shared_ptr<const Analysis>> make(run::RunPtr run, std::uint64_t seed = 1,
                                                                       unsigned threads = 1);
    [[nodiscard]] const run::Run& run() const { return *run_; }
    [[nodiscard]] run::RunPtr run_ptr() const { return run_; }
    [[nodiscard]] const error::Predictors& predictors() const { return *mlp_; }
    [[nodiscard]] std::uint64_t seed() const { return seed_; }

    [[nodiscard]] Expected<PolicyResult> fit(std::string_view policy, const cost::Costs& costs,
                                             std::size_t curve_points = 101) const;
    /// Decides the whole test split at one budget (a relative cost).
    [[nodiscard]] Decisions decide(const PolicyResult& policy, const cost::Costs& costs, double budget) const;
    /// decide() into storage at hand: no allocation beyond the first call (slider steps).
    void decide_into(const PolicyResult& policy, const cost::Costs& costs, double budget, Decisions& decisions) const;

    /// Predicted error of the answer each test sample gets at its decided state. [test samples]
    [[nodiscard]] std::vector<float> predicted_error(std::span<const StateIndex> states) const;
    /// phat[s -> s] of every test sample at every state, [states][samples]; computed once.
    [[nodiscard]] const std::vector<std::vector<float>>& self_error() const { return self_error_; }

private:
    run::RunPtr run_;
    error::PredictorsPtr mlp_;
    error::PredictorsPtr table_;
    std::vector<std::vector<float>> self_error_;
    std::uint64_t seed_ = 1;
};

/// A curve of budgets from the cheapest state to 1, scored on the test split.
[[nodiscard]] Curve trade_off(const Analysis& analysis, const PolicyResult& policy, const cost::Costs& costs,
                              std::size_t points);

/// Fixed models: every state as (relative cost, test accuracy).
struct StaticPoint {
    StateIndex state;
    double relative_cost = 0;
    Proportion accuracy;
};
[[nodiscard]] std::vector<StaticPoint> static_points(const run::Run& run, const cost::Costs& costs);

/// What happened at one gate on a sample's way: the inspector's lines.
struct GateVisit {
    StateIndex state;
    std::uint16_t prediction = 0;
    run::Statistics statistics;
    double relative_cost = 0;
    float predicted_error_here = 0;
    /// best other continuation by predicted error, and by the policy's own objective where it has one
    StateIndex best_terminal;
    float best_predicted_error = 0;
    double best_relative_cost = 0;
    bool left_here = false;
    std::string reason;   ///< "left at exit 2: predicted error 3 % here, 2.1 % at best for 1.9x the cost"
};
/// The path of one test sample to its decided state, gate by gate.
[[nodiscard]] std::vector<GateVisit> explain(const Analysis& analysis, const cost::Costs& costs, SampleIndex sample,
                                             StateIndex decided);

}  // namespace exitscope::evaluate
