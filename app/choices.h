// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/session_file.h"
#include "core/analysis/analyse/analysis.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/cost/cost.h"
#include "core/analysis/run/run.h"

namespace exitscope::app {

/// What the user chose to look at. A value; what follows from it is worked out elsewhere.
class Choices {
public:
    /// The first policy and curves as far as the registry has them: the method, the strongest simple baseline, the
    /// usual one, the bounds.
    Choices();

    [[nodiscard]] const std::string& policy() const { return policy_; }
    [[nodiscard]] cost::Kind cost() const { return cost_; }
    [[nodiscard]] double budget() const { return budget_; }
    [[nodiscard]] bool pooled() const { return pooled_; }
    [[nodiscard]] const std::vector<std::string>& curves() const { return curves_; }
    /// The current policy and the curves: what has to be fitted.
    [[nodiscard]] std::vector<std::string> policies() const;
    /// What the states in use obey: the run's own schedule, or a narrower one that was chosen. Free without a run.
    [[nodiscard]] run::Schedule schedule(const run::Run* run) const;
    [[nodiscard]] std::optional<SampleIndex> selected() const { return selected_; }

    // Each says whether anything changed.
    bool setPolicy(const std::string& policy);
    bool showCurve(const std::string& policy, bool shown);
    bool setPooled(bool pooled, const run::Run* run);
    bool setSchedule(run::Schedule schedule, const run::Run* run);
    bool select(std::optional<SampleIndex> sample);
    /// Within the cheapest and the full model's cost, 1.
    bool setBudget(double budget, double cheapest);

    /// Whoever changes the cost model chooses the budget anew.
    void setCost(cost::Kind kind);
    /// Without a budget chosen so far: one that loses at most half a point on the fit split.
    void startBudget(const analyse::PolicyResult& result, double cheapest);

    /// What another run leaves of the choices.
    void keepFor(const run::Run& run);
    /// What a session had chosen on `run`, as far as the run allows it.
    void restore(const SessionState& state, const run::Run& run);
    void writeTo(SessionState& state) const;

private:
    std::string policy_;
    cost::Kind cost_ = cost::Kind::bops;
    double budget_ = 1;
    bool budgetChosen_ = false;
    bool pooled_ = false;
    std::optional<run::Schedule> schedule_;  ///< empty: the run's own
    std::vector<std::string> curves_;
    std::optional<SampleIndex> selected_;
};

/// Whether answers of this run may pool all heads visited so far.
[[nodiscard]] bool canPool(const run::Run* run);
/// Whether the run has states that a narrower `schedule` would leave out, or has it itself.
[[nodiscard]] bool canRestrict(const run::Run* run, run::Schedule schedule);

}  // namespace exitscope::app
