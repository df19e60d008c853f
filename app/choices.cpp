// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/choices.h"

#include <algorithm>
#include <string_view>

#include "core/analysis/analyse/decide.h"
#include "core/analysis/analyse/default_budget.h"
#include "core/analysis/policy/registry.h"

namespace exitscope::app {
namespace {

constexpr std::string_view firstCurves[] = {"quee", "composite", "confidence", "static-hull", "oracle"};

template <class T>
bool change(T& value, const T& wanted)
{
    if (value == wanted)
        return false;
    value = wanted;
    return true;
}

}  // namespace

Choices::Choices()
{
    for (const std::string_view name : firstCurves)
        if (policy::find(name))
            curves_.emplace_back(name);
    policy_ = curves_.empty() ? std::string() : curves_.front();
}

std::vector<std::string> Choices::policies() const
{
    std::vector<std::string> all{policy_};
    all.insert(all.end(), curves_.begin(), curves_.end());
    return all;
}

run::Schedule Choices::schedule(const run::Run* run) const
{
    return schedule_.value_or(run ? run->schedule : run::Schedule::free);
}

bool Choices::setPolicy(const std::string& policy)
{
    return policy::find(policy) && change(policy_, policy);
}

bool Choices::showCurve(const std::string& policy, bool shown)
{
    const auto found = std::find(curves_.begin(), curves_.end(), policy);
    if (shown == (found != curves_.end()) || !policy::find(policy))
        return false;
    if (shown)
        curves_.push_back(policy);
    else
        curves_.erase(found);
    return true;
}

bool Choices::setPooled(bool pooled, const run::Run* run)
{
    return (!run || !pooled || canPool(run)) && change(pooled_, pooled);
}

bool Choices::setSchedule(run::Schedule chosen, const run::Run* run)
{
    if (!canRestrict(run, chosen) || chosen == schedule(run))
        return false;
    schedule_ = chosen;
    return true;
}

bool Choices::select(std::optional<SampleIndex> sample)
{
    return change(selected_, sample);
}

bool Choices::setBudget(double budget, double cheapest)
{
    if (!change(budget_, std::clamp(budget, std::min(cheapest, 1.0), 1.0)))
        return false;
    budgetChosen_ = true;
    return true;
}

void Choices::setCost(cost::Kind kind)
{
    cost_ = kind;
    budgetChosen_ = false;
}

void Choices::startBudget(const analyse::PolicyResult& result, double cheapest)
{
    if (!budgetChosen_)
        budget_ = std::clamp(analyse::default_budget(result, analyse::tolerated_drop), cheapest, 1.0);
    budgetChosen_ = true;
}

void Choices::keepFor(const run::Run& run)
{
    schedule_.reset();
    selected_.reset();
    budgetChosen_ = false;
    pooled_ = pooled_ && canPool(&run);
}

void Choices::restore(const SessionState& state, const run::Run& run)
{
    keepFor(run);
    policy_ = state.policy;
    if (cost::make_costs(run, state.cost))
        cost_ = state.cost;
    pooled_ = state.pooled && canPool(&run);
    if (state.schedule && canRestrict(&run, *state.schedule))
        schedule_ = state.schedule;
    if (!state.curves.empty())
        curves_ = state.curves;
    budget_ = state.budget;
    budgetChosen_ = true;
    if (state.selected && *state.selected < run.test.samples)
        selected_ = SampleIndex(*state.selected);
}

void Choices::writeTo(SessionState& state) const
{
    state.policy = policy_;
    state.cost = cost_;
    state.budget = budget_;
    state.pooled = pooled_;
    state.schedule = schedule_;
    state.curves = curves_;
    if (selected_)
        state.selected = selected_->value;
}

bool canPool(const run::Run* run)
{
    return run && policy::best_answers(*run) == policy::Answers::pooled;
}

bool canRestrict(const run::Run* run, run::Schedule schedule)
{
    return run &&
           (run->schedule == schedule || run->schedule == run::Schedule::free || schedule == run::Schedule::uniform);
}

}  // namespace exitscope::app
