// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <QObject>

#include "app/jobs.h"
#include "app/tasks.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/analyse/static_points.h"
#include "core/analysis/analyse/stepper.h"
#include "core/analysis/cost/cost.h"
#include "core/analysis/run/run.h"

namespace exitscope::app {

/// What is found out about a run: its analysis under one cost model, and the policies fitted on it, each in jobs.
class Fits : public QObject {
    Q_OBJECT
public:
    using StepperPtr = std::shared_ptr<analyse::Stepper>;

    /// `jobs` outlives this object.
    explicit Fits(Jobs& jobs, QObject* parent = nullptr);

    /// The part of the run that the schedule allows: everything here is derived from it. Null without a run.
    [[nodiscard]] const run::RunPtr& used() const { return used_; }
    /// Of the states of used(); empty before the first analysis.
    [[nodiscard]] const cost::Costs& costs() const { return costs_; }
    /// Of the cheapest state, relative to the full model; 0 without costs.
    [[nodiscard]] double cheapestBudget() const;
    /// Null before analysed().
    [[nodiscard]] const AnalysisPtr& analysis() const { return analysis_; }
    /// The states as fixed models under costs(); empty without labels.
    [[nodiscard]] std::vector<analyse::StaticPoint> fixedModels() const;
    /// Null where the policy is not fitted, as the next.
    [[nodiscard]] StepperPtr stepper(const std::string& policy) const;
    [[nodiscard]] const analyse::PolicyResult* result(const std::string& policy) const;
    /// Why a policy cannot be fitted on this run; null where it can, or is not known yet.
    [[nodiscard]] const Error* problem(const std::string& policy) const;
    /// The fitted ones of `policies`, each once.
    [[nodiscard]] std::vector<analyse::PolicyResult> results(const std::vector<std::string>& policies) const;

    /// Another run: nothing is known of it.
    void setRun(run::RunPtr run);
    /// Forgets the analysis and the fits, but not the costs.
    void forget();
    /// Begins the analysis; analysed() tells its end. Fits nothing yet.
    void start(const run::RunPtr& run, run::Schedule schedule, cost::Kind kind,
               const analyse::AnalysisOptions& options);
    /// Forgets the fits. Errors: the run does not have what the cost model needs; nothing has changed.
    [[nodiscard]] Expected<void> setCost(cost::Kind kind);
    /// Fits those of the policies that are neither fitted nor known to fail. Does nothing before analysed().
    void fit(const std::vector<std::string>& policies);

signals:
    void analysed();
    void fitted(const std::string& policy);
    void unfit(const std::string& policy, const exitscope::Error& why);

private:
    void take(Analysed analysed);
    void take(FitOutcome outcome);
    void forgetFits();

    Jobs& jobs_;
    run::RunPtr used_;
    cost::Kind kind_ = cost::Kind::bops;
    cost::Costs costs_;
    AnalysisPtr analysis_;
    std::vector<analyse::StaticPoint> fixed_;  ///< accuracies are current, costs may be stale: read by fixedModels()
    std::map<std::string, StepperPtr> fits_;
    std::map<std::string, Error> unfit_;
};

}  // namespace exitscope::app
