// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trade_off_tasks.h"

#include <algorithm>

#include "app/session.h"
#include "core/analysis/analyse/curve.h"
#include "core/analysis/policy/policy.h"
#include "core/analysis/policy/registry.h"
#include "widgets/common/format.h"
#include "widgets/plots/content.h"
#include "widgets/plots/core_text.h"
#include "widgets/tradeoff/trade_off_view.h"

namespace exitscope::app {

using gui::text;

TradeOffTasks::TradeOffTasks(Session& session, gui::TradeOffView& view) : QObject(&view), session_(session), view_(view)
{
    connect(&view_, &gui::TradeOffView::budgetPicked, &session_, &Session::setBudget);
    connect(&view_, &gui::TradeOffView::statePicked, this, [this](StateIndex state) {
        if (const AnalysisPtr& analysis = session_.analysis())
            session_.addFilters(
                {{.kind = gui::Filter::Kind::state, .text = analysis->run().states[state.at()].name()}});
    });
    connect(&view_, &gui::TradeOffView::curveToggled, &session_,
            [this](const QString& policy, bool shown) { session_.showCurve(policy.toStdString(), shown); });
    connect(&session_, &Session::outlineChanged, this, &TradeOffTasks::showOutline);
    connect(&session_, &Session::runChanged, this, [this] {
        if (!session_.outline())
            view_.clear(tr("Fitting predictors of error on the fit split..."));
    });
    connect(&session_, &Session::analysisChanged, this, [this] {
        if (session_.results().empty() && !session_.outline())
            view_.clear(tr("Fitting policies..."));
    });
    connect(&session_, &Session::curvesChanged, this, &TradeOffTasks::showCurves);
}

/// Of a large run that is being read: its fixed models.
void TradeOffTasks::showOutline()
{
    if (session_.point()->decided())
        return;
    const std::shared_ptr<const Outline>& outline = session_.outline();
    if (!outline)
        view_.clear(tr("The run was not read to its end. Open a run, or a model and data."));
    else if (!outline->fixed.empty())
        view_.setContent(plots::trade_off_content(*outline->point->run, outline->point->costs, {}, outline->fixed),
                         false);
}

void TradeOffTasks::showCurves()
{
    if (!session_.analysis())
        return;
    const std::vector<analyse::Curve> curves = session_.curves();
    if (curves.empty())
        return;
    const std::vector<std::string>& shown = session_.curvesShown();
    std::vector<gui::TradeOffView::Choice> choices;
    for (const policy::Info& info : policy::registry())
        choices.push_back({text(info.name), text(info.title), plots::core_text(info.description),
                           std::find(shown.begin(), shown.end(), info.name) != shown.end()});
    view_.setContent(
        plots::trade_off_content(session_.analysis()->run(), session_.costs(), curves, session_.fixedModels()),
        !session_.point()->labelled());
    view_.setChoices(choices);
}

}  // namespace exitscope::app
