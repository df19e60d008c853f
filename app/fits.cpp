// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/fits.h"

#include <algorithm>

#include "core/analysis/analyse/decide.h"
#include "core/analysis/analyse/static_points.h"
#include "core/analysis/policy/policy.h"
#include "core/analysis/policy/registry.h"
#include "core/analysis/run/restricted.h"

namespace exitscope::app {
namespace {

constexpr Lane analysisLane{"analysis"};

bool contains(const std::vector<std::string>& policies, const std::string& policy)
{
    return std::find(policies.begin(), policies.end(), policy) != policies.end();
}

}  // namespace

Fits::Fits(Jobs& jobs, QObject* parent) : QObject(parent), jobs_(jobs) {}

double Fits::cheapestBudget() const
{
    return costs_.state.empty() ? 0.0 : costs_.relative(cost::cheapest(costs_));
}

std::vector<analyse::StaticPoint> Fits::fixedModels() const
{
    std::vector<analyse::StaticPoint> points = fixed_;
    for (analyse::StaticPoint& point : points)
        point.relative_cost = costs_.relative(point.state);
    return points;
}

Fits::StepperPtr Fits::stepper(const std::string& policy) const
{
    const auto found = fits_.find(policy);
    return found == fits_.end() ? nullptr : found->second;
}

const analyse::PolicyResult* Fits::result(const std::string& policy) const
{
    const auto found = fits_.find(policy);
    return found == fits_.end() ? nullptr : &found->second->policy();
}

const Error* Fits::problem(const std::string& policy) const
{
    const auto found = unfit_.find(policy);
    return found == unfit_.end() ? nullptr : &found->second;
}

std::vector<analyse::PolicyResult> Fits::results(const std::vector<std::string>& policies) const
{
    std::vector<analyse::PolicyResult> list;
    std::vector<std::string> listed;
    for (const std::string& policy : policies) {
        const analyse::PolicyResult* fit = contains(listed, policy) ? nullptr : result(policy);
        if (fit)
            list.push_back(*fit);
        listed.push_back(policy);
    }
    return list;
}

void Fits::setRun(run::RunPtr run)
{
    used_ = std::move(run);
    costs_ = {};
    fixed_.clear();
    forget();
}

void Fits::forget()
{
    jobs_.cancel(analysisLane);
    analysis_.reset();
    forgetFits();
}

void Fits::forgetFits()
{
    fits_.clear();
    unfit_.clear();
}

void Fits::start(const run::RunPtr& run, run::Schedule schedule, cost::Kind kind,
                 const analyse::AnalysisOptions& options)
{
    kind_ = kind;
    jobs_.start<Analysed>(
        analysisLane, tr("Fitting"),
        [run, schedule, kind, options](Progress& progress) {
            return analyse(run::restricted(run, schedule), kind, options, progress);
        },
        [this](Analysed analysed) { take(std::move(analysed)); });
}

void Fits::take(Analysed analysed)
{
    used_ = analysed.used;
    analysis_ = std::move(analysed.analysis);
    fixed_ = std::move(analysed.fixed);
    if (analysed.costs.kind == kind_)
        costs_ = std::move(analysed.costs);
    else if (auto costs = cost::make_costs(*used_, kind_))  // another was chosen meanwhile
        costs_ = std::move(*costs);
    emit this->analysed();
}

Expected<void> Fits::setCost(cost::Kind kind)
{
    Expected<cost::Costs> costs = cost::make_costs(*used_, kind);
    if (!costs)
        return forward(costs);
    kind_ = kind;
    costs_ = std::move(*costs);
    forgetFits();
    return {};
}

void Fits::fit(const std::vector<std::string>& policies)
{
    if (!analysis_)
        return;
    std::vector<std::string> missing;
    for (const std::string& policy : policies)
        if (!fits_.contains(policy) && !unfit_.contains(policy) && !contains(missing, policy) && policy::find(policy))
            missing.push_back(policy);
    if (missing.empty())
        return;
    jobs_.stream<FitOutcome>(
        analysisLane, tr("Fitting"),
        [analysis = analysis_, costs = costs_, missing](Progress& progress, const auto& deliver) {
            return fitPolicies(analysis, costs, missing, progress, deliver);
        },
        [this](FitOutcome outcome) { take(std::move(outcome)); });
}

void Fits::take(FitOutcome outcome)
{
    if (outcome.stepper) {
        fits_.insert_or_assign(outcome.policy, std::move(*outcome.stepper));
        emit fitted(outcome.policy);
    } else {
        unfit_.insert_or_assign(outcome.policy, outcome.stepper.error());
        emit unfit(outcome.policy, outcome.stepper.error());
    }
}

}  // namespace exitscope::app
