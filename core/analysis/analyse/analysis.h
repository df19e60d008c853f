// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "core/analysis/analyse/curve.h"
#include "core/analysis/cost/cost.h"
#include "core/analysis/policy/derived_run.h"
#include "core/analysis/policy/policy.h"
#include "core/analysis/policy/sweep.h"
#include "core/analysis/policy/user_thresholds.h"
#include "core/analysis/predict/predictor_options.h"
#include "core/analysis/predict/predictors.h"
#include "core/analysis/run/run.h"
#include "core/base/error.h"
#include "core/base/notice.h"

namespace exitscope::analyse {

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
    /// Fits the error predictors on the fit split. Errors: a fit split without labels; pooled answers of a run without
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
    /// What makes the numbers doubtful: too few labels to predict errors image by image.
    [[nodiscard]] const Notices& notices() const { return notices_; }
    [[nodiscard]] std::uint64_t seed() const { return options_.seed; }
    [[nodiscard]] unsigned threads() const { return options_.threads; }

    /// `costs` are those of run(). Errors: an unknown name; an oracle without test labels; no labels in the fit split;
    /// a policy that pools, on a run without probabilities.
    [[nodiscard]] Expected<PolicyResult> fit(std::string_view policy, const cost::Costs& costs,
                                             std::size_t curve_points = 101) const;
    /// Early exiting by given thresholds, as a policy with one point. Errors: those of policy::thresholds_graph() and
    /// policy::at_thresholds().
    [[nodiscard]] Expected<PolicyResult> at_thresholds(const policy::UserThresholds& choice,
                                                       const cost::Costs& costs) const;
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
    /// An analysis of the answers on another graph of the measured run.
    [[nodiscard]] Expected<std::shared_ptr<const Analysis>> on_graph(const policy::StateGraph& graph,
                                                                     policy::Answers answers) const;
    /// What follows from a fitted policy; `costs` are those of run().
    [[nodiscard]] PolicyResult result_of(PolicyBasis basis, policy::FittedPtr fitted, const cost::Costs& costs,
                                         std::size_t curve_points) const;

    AnalysisOptions options_;
    run::RunPtr run_;
    run::RunPtr measured_;
    std::vector<StateIndex> heads_;
    std::vector<policy::Pool> pools_;
    predict::PredictorsPtr predictors_;
    Notices notices_;
    mutable std::once_flag self_error_made_;
    mutable std::vector<std::vector<float>> self_error_;
    std::vector<double> milliseconds_;
};

/// Settings of a knob policy from cheapest to least mean loss, [states of the basis][fit samples] (see
/// policy::Context::fit_loss); policies without a knob keep their points. Errors as Analysis::fit().
[[nodiscard]] Expected<policy::FittedPtr> fit_by_loss(const PolicyBasis& basis,
                                                      const std::vector<std::vector<float>>& fit_loss);

}  // namespace exitscope::analyse
