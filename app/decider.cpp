// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/decider.h"
#include "core/analysis/analyse/decide.h"

#include <utility>

namespace exitscope::app {
namespace {

/// Of the answers given now; `changed` as in Decider::Step.
void predictErrors(gui::OperatingPoint& point, const std::optional<std::vector<SampleIndex>>& changed)
{
    const std::vector<std::vector<float>>& predicted = point.analysis->self_error();
    const std::vector<StateIndex>& states = point.decisions.state;
    if (changed && point.predictedError.size() == states.size()) {
        for (const SampleIndex sample : *changed)
            point.predictedError[sample.at()] = predicted[states[sample.at()].at()][sample.at()];
        return;
    }
    point.predictedError.resize(states.size());
    for (std::size_t i = 0; i < states.size(); ++i)
        point.predictedError[i] = predicted[states[i].at()][i];
}

}  // namespace

Decider::Decider() : point_(std::make_shared<const gui::OperatingPoint>()) {}

void Decider::forget(run::RunPtr run, const cost::Costs& costs)
{
    last_.reset();
    point_ = std::make_shared<const gui::OperatingPoint>(gui::OperatingPoint{std::move(run), costs, {}, {}, {}});
}

Decider::Step Decider::decide(const std::shared_ptr<analyse::Stepper>& fit, double budget)
{
    const analyse::PolicyResult& policy = fit->policy();
    const std::shared_ptr<gui::OperatingPoint> next = points_.copy(*point_);
    next->analysis = policy.analysis;
    next->fitted = policy.fitted;
    Step step;
    step.otherGraph = next->run != policy.analysis->run_ptr() || next->costs.state.size() != policy.costs.state.size();
    if (step.otherGraph) {
        next->run = policy.analysis->run_ptr();
        next->costs = policy.costs;
    }
    if (last_ != fit) {
        last_ = fit;
        last_->forget();
    }
    step.changed = last_->move(budget, next->decisions);
    predictErrors(*next, step.changed);
    point_ = next;
    return step;
}

}  // namespace exitscope::app
