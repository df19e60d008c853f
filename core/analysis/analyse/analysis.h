// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/analysis/cost/cost.h"
#include "core/analysis/predict/predictors.h"
#include "core/analysis/predict/quality_intervals.h"
#include "core/analysis/policy/derived_run.h"
#include "core/analysis/policy/policy.h"
#include "core/analysis/run/run.h"

namespace exitscope::analyse {

/// A share with its 95 % interval (Wilson).
struct Proportion {
    double value = 0;
    double low = 0;
    double high = 0;
    std::size_t samples = 0;
};
/// Without samples: value 0, interval [0,1].
[[nodiscard]] Proportion proportion(std::size_t hits, std::size_t samples);

/// Outcome of one operating point on the test split.
struct Outcome {
    Proportion accuracy;                     ///< over labelled samples; accuracy.samples = 0 when there are none
    double relative_cost = 0;                ///< mean, relative to Run::full()
    double cost = 0;                         ///< mean, absolute, in the cost model's unit
    double milliseconds = 0;                 ///< mean measured latency of the chosen states, 0 if not measured
    std::vector<double> exit_share;          ///< [exits]
    std::vector<double> precision_share;     ///< [precisions], of the last stage run
    std::vector<std::uint32_t> state_count;  ///< [states]
    double agreement = 0;                    ///< share whose prediction equals the full model's (needs no labels)
};

/// A point of a trade-off curve: chosen on the fit split, scored on the test split.
struct CurvePoint {
    double knob = 0;
    double budget = 0;         ///< asked relative cost (met on the fit split)
    double relative_cost = 0;  ///< realised on the test split
    Proportion accuracy;       ///< on the test split
};
struct Curve {
    std::string policy;
    std::vector<CurvePoint> points;  ///< ascending budget
    /// Mean test accuracy over the relative costs [area_low, 1], the same interval for all policies of a run: the
    /// curve runs straight between the policy's own points as scored on the test split (a step where it does not mix),
    /// straight from the run's cheapest state to the policy's first point, and flat after its last. 0 without labels.
    double area = 0;
    double area_low = 0;  ///< the cheapest state's relative cost
};

class Analysis;

/// A fitted policy with the sweep over the test split: everything the slider needs.
struct PolicyResult {
    const policy::Info* info = nullptr;
    /// What the policy's states are numbered in: the analysis that was asked, or for a policy with a graph of its own
    /// (escalation) one of that graph; and the costs of these states.
    std::shared_ptr<const Analysis> analysis;
    cost::Costs costs;
    policy::FittedPtr fitted;
    std::shared_ptr<const policy::Sweep> test;
    Curve curve;
};

/// What a policy decides on: the analysis that was asked, or one of the policy's own graph, and the costs of its
/// states.
struct PolicyBasis {
    const policy::Info* info = nullptr;
    std::shared_ptr<const Analysis> analysis;
    cost::Costs costs;
};

/// One sample's state under an operating point.
struct Decisions {
    std::string policy;
    double budget = 0;
    double knob = 0;
    std::vector<StateIndex> state;  ///< [test samples]
    Outcome outcome;
};

struct AnalysisOptions {
    std::uint64_t seed = 1;
    unsigned threads = 1;  ///< 0 = all cores; results do not depend on it
    /// Every answer pools the heads visited so far (methods.md#pooled-answers) instead of being the last head's own.
    bool pooled = false;
    predict::Method predictors = predict::Method::spline;
    bool isotonic = false;  ///< predicted errors are calibrated by a monotone map
};

/// A run with its predictors: fits policies on demand and answers every question the window and the command line ask.
/// Immutable after make(); results of fit() are values the caller keeps.
class Analysis : public std::enable_shared_from_this<Analysis> {
public:
    /// Fits the error predictors on the fit split. Errors: fit split without labels; pooled answers of a run without
    /// probabilities.
    [[nodiscard]] static Expected<std::shared_ptr<const Analysis>> make(run::RunPtr run,
                                                                        const AnalysisOptions& options = {});
    /// The run whose answers count: the measured one, or one derived from it.
    [[nodiscard]] const run::Run& run() const { return *run_; }
    [[nodiscard]] run::RunPtr run_ptr() const { return run_; }
    /// The run as it was evaluated.
    [[nodiscard]] const run::Run& measured() const { return *measured_; }
    /// How the answers of run() follow from the heads of measured(): [states]; without pools the heads' own.
    [[nodiscard]] std::span<const StateIndex> heads() const { return heads_; }
    [[nodiscard]] std::span<const policy::Pool> pools() const { return pools_; }
    [[nodiscard]] const predict::Predictors& predictors() const { return *predictors_; }
    [[nodiscard]] const predict::PredictorsPtr& predictors_ptr() const { return predictors_; }
    [[nodiscard]] std::uint64_t seed() const { return options_.seed; }
    [[nodiscard]] unsigned threads() const { return options_.threads; }

    /// `costs` are those of run(). Errors: an unknown name; an oracle without test labels; no labels in the fit split;
    /// a policy that pools, on a run without probabilities.
    [[nodiscard]] Expected<PolicyResult> fit(std::string_view policy, const cost::Costs& costs,
                                             std::size_t curve_points = 101) const;
    /// Errors as fit().
    [[nodiscard]] Expected<PolicyBasis> basis(std::string_view policy, const cost::Costs& costs) const;

    /// Predicted error of the answer each test sample gets at its decided state. [test samples]
    [[nodiscard]] std::vector<float> predicted_error(std::span<const StateIndex> states) const;
    /// phat[s -> s] of every test sample at every state, [states][samples]; computed when first asked for, which takes
    /// as long as fitting a policy.
    [[nodiscard]] const std::vector<std::vector<float>>& self_error() const;
    /// [states] measured latency; empty if it was not measured.
    [[nodiscard]] std::span<const double> milliseconds() const { return milliseconds_; }

private:
    [[nodiscard]] static Expected<std::shared_ptr<const Analysis>>
    make_derived(run::RunPtr measured, policy::DerivedRun derived, const AnalysisOptions& options);
    [[nodiscard]] Expected<void> prepare();
    [[nodiscard]] Expected<std::shared_ptr<const Analysis>> on_graph(const policy::Info& info,
                                                                     const cost::Costs& costs) const;

    AnalysisOptions options_;
    run::RunPtr run_;
    run::RunPtr measured_;
    std::vector<StateIndex> heads_;
    std::vector<policy::Pool> pools_;
    predict::PredictorsPtr predictors_;
    mutable std::once_flag self_error_made_;
    mutable std::vector<std::vector<float>> self_error_;
    std::vector<double> milliseconds_;
};

/// Settings of a knob policy from cheapest to least mean loss, [states of the basis][fit samples] (see
/// policy::Context::fit_loss); policies without a knob keep their points. Errors as Analysis::fit().
[[nodiscard]] Expected<policy::FittedPtr> fit_by_loss(const PolicyBasis& basis,
                                                      const std::vector<std::vector<float>>& fit_loss);

/// Decides the whole test split at one budget (a relative cost).
[[nodiscard]] Decisions decide(const PolicyResult& policy, double budget);
/// decide() into storage at hand: no allocation beyond the first call (slider steps).
void decide_into(const PolicyResult& policy, double budget, Decisions& decisions);

/// Outcome over some of the test samples, each in its state of `states` [test samples].
[[nodiscard]] Outcome outcome_of(const PolicyResult& policy, std::span<const StateIndex> states,
                                 std::span<const SampleIndex> samples);

/// Accuracy of the full model by itself on the test split: the reference of every drop.
[[nodiscard]] Proportion full_accuracy(const run::Run& run);

/// Where the trade-off curves of a run start: its cheapest state.
struct CurveStart {
    double relative_cost = 0;
    double accuracy = 0;  ///< on the test split, 0 without labels
};

/// A curve of `points` budgets, evenly spaced from the start's relative cost to 1, scored on the test split. Budgets
/// below what the policy reaches are left out; its own cheapest point comes first then. Each point equals what decide()
/// gives at its budget.
[[nodiscard]] Curve trade_off(const PolicyResult& policy, const CurveStart& start, std::size_t points);

/// Right and wrong answers given at one exit and precision.
struct ExitFlow {
    ExitIndex exit;
    Precision precision;  ///< of the last stage run
    std::uint32_t right = 0;
    std::uint32_t wrong = 0;
    std::uint32_t unlabelled = 0;
};
/// One entry an exit and precision, [exits * precisions], exits outermost, also where no sample leaves.
[[nodiscard]] std::vector<ExitFlow> exit_flow(const run::Run& run, std::span<const StateIndex> states);

/// Predicted against actual error of the answers given at one exit.
struct ExitReliability {
    predict::Quality quality;
    std::vector<predict::ReliabilityBin> bins;
};
/// One entry an exit and then one for all exits together, [exits + 1], over the labelled test samples.
[[nodiscard]] std::vector<ExitReliability> decided_reliability(const Analysis& analysis,
                                                               std::span<const StateIndex> states, std::size_t bins);

/// Quality of the predicted errors of one predictor on the labelled test samples
/// (methods.md#quality-of-predicted-errors).
struct TerminalQuality {
    StateIndex terminal;
    predict::Quality quality;
};
struct GateQuality {
    StateIndex gate;
    predict::QualityIntervals self;            ///< of the gate's own error
    std::vector<TerminalQuality> terminals;  ///< the gate itself first
};
struct PredictorReport {
    predict::Quality self;  ///< phat[s -> s] of all states together: the error of the answer at hand
    predict::QualityIntervals self_intervals;
    predict::Quality pooled;  ///< all gates and terminals together, on at most 4 million pairs
    predict::QualityIntervals pooled_intervals;
    std::vector<GateQuality> gates;  ///< [states]
};
/// Error: no labels in the test split.
[[nodiscard]] Expected<PredictorReport> predictor_report(const run::Run& run, const predict::Predictors& predictors,
                                                         std::uint64_t seed, unsigned threads = 1);

/// Fixed models: every state as (relative cost, test accuracy).
struct StaticPoint {
    StateIndex state;
    double relative_cost = 0;
    Proportion accuracy;
};
/// Accuracy of one state on the labelled test samples.
[[nodiscard]] Proportion state_accuracy(const run::Run& run, StateIndex state);
[[nodiscard]] std::vector<StaticPoint> static_points(const run::Run& run, const cost::Costs& costs);

/// What happened at one gate on a sample's way: the inspector's lines.
struct GateVisit {
    StateIndex state;
    std::uint16_t prediction = 0;
    run::Statistics statistics;
    double relative_cost = 0;
    float predicted_error_here = 0;
    /// the later state of least predicted error; at the last exit the state itself
    StateIndex best_terminal;
    float best_predicted_error = 0;
    double best_relative_cost = 0;
    bool left_here = false;
    std::string reason;  ///< "left at exit 2: predicted error 3 % here, 2.1 % at best for 1.9x the cost"
};
/// The path of one test sample to its decided state, gate by gate.
[[nodiscard]] std::vector<GateVisit> explain(const Analysis& analysis, const cost::Costs& costs, SampleIndex sample,
                                             StateIndex decided);

}  // namespace exitscope::analyse
