// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/guarantee_tasks.h"

#include <algorithm>

#include "app/session.h"
#include "core/analysis/policy/policy.h"
#include "core/analysis/policy/registry.h"
#include "widgets/common/format.h"
#include "widgets/guarantee/guarantee_view.h"
#include "widgets/plots/core_text.h"

namespace exitscope::app {
namespace {

constexpr Lane guaranteeLane{"guarantee"};

Expected<gui::GuaranteeAnswer> answer(const gui::GuaranteeQuestion& question, const AnalysisPtr& analysis,
                                      const cost::Costs& costs, Progress& progress)
{
    progress.begin("Walking through the settings", 0);
    const Expected<risk::KnobPath> path = risk::knob_path(*analysis, costs, question.policy, question.loss);
    if (!path)
        return tl::unexpected<Error>(path.error());
    if (progress.cancelled())
        return cancelled();
    risk::GuaranteeRequest request;
    request.rule = risk::rule_for(question.method, risk::info(question.loss), question.delta);
    request.eps = question.eps;
    const std::size_t samples = path->losses.samples;
    request.n = std::clamp<std::size_t>(static_cast<std::size_t>(question.calibrationShare * double(samples)), 1,
                                        std::max<std::size_t>(samples, 2) - 1);
    request.trials = question.trials;
    request.seed = analysis->seed();
    request.threads = 0;
    Expected<risk::Guarantee> found = risk::guarantee(*path, request, progress);
    if (!found)
        return forward(found);
    const policy::Info* info = policy::find(question.policy);
    return gui::GuaranteeAnswer{question,
                                request.rule,
                                std::move(*found),
                                path->points,
                                gui::text(info ? info->title : std::string_view(question.policy)),
                                gui::text(analysis->run().test.dataset)};
}

}  // namespace

GuaranteeTasks::GuaranteeTasks(Session& session, gui::GuaranteeView& view)
    : QObject(&view), session_(session), view_(view)
{
    std::vector<gui::GuaranteeView::Choice> choices;
    for (const policy::Info& info : policy::registry())
        if (!info.oracle)
            choices.push_back({std::string(info.name), gui::text(info.title), plots::core_text(info.description)});
    view_.setPolicies(choices);
    connect(&view_, &gui::GuaranteeView::asked, this, &GuaranteeTasks::find);
    connect(&view_, &gui::GuaranteeView::cancelled, this, [this] {
        session_.jobs().cancel(guaranteeLane);
        view_.clear();
    });
    connect(&view_, &gui::GuaranteeView::pointChosen, &session_, [this](const QString& policy, double budget) {
        session_.setPolicy(policy.toStdString());
        session_.setBudget(budget);
    });
    connect(&session_.jobs(), &Jobs::statusChanged, this,
            [this] { view_.setWorking(session_.jobs().busy(guaranteeLane)); });
    connect(&session_, &Session::runChanged, this, [this] { session_.jobs().cancel(guaranteeLane); });
    connect(&session_, &Session::analysisChanged, this, [this] {
        session_.jobs().cancel(guaranteeLane);
        view_.setReady(session_.analysis() != nullptr);
    });
}

void GuaranteeTasks::find(const gui::GuaranteeQuestion& question)
{
    if (!session_.analysis())
        return;
    view_.setWorking(true);
    session_.jobs().start<gui::GuaranteeAnswer>(
        guaranteeLane, tr("Calibrating"),
        [question, analysis = session_.analysis(), costs = session_.costs()](Progress& progress) {
            return answer(question, analysis, costs, progress);
        },
        [this](const gui::GuaranteeAnswer& found) { view_.setAnswer(found); });
}

}  // namespace exitscope::app
