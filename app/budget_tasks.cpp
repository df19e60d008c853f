// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/budget_tasks.h"

#include "app/session.h"
#include "core/analysis/analyse/decide.h"
#include "core/analysis/analyse/default_budget.h"
#include "widgets/budget/budget_bar.h"
#include "widgets/common/format.h"

namespace exitscope::app {

BudgetTasks::BudgetTasks(Session& session, gui::BudgetBar& bar) : QObject(&bar), session_(session), bar_(bar)
{
    connect(&bar_, &gui::BudgetBar::budgetChanged, &session_, &Session::setBudget);
    connect(&session_, &Session::runChanged, &bar_, &gui::BudgetBar::clear);
    connect(&session_, &Session::analysisChanged, this, [this] { bar_.setRange(session_.cheapestBudget()); });
    connect(&session_, &Session::curvesChanged, this, &BudgetTasks::showMarks);
    connect(&session_, &Session::decided, this, [this] {
        bar_.setBudget(session_.budget());
        bar_.setPoint(*session_.point(), session_.fullAccuracy());
    });
}

void BudgetTasks::showMarks()
{
    const analyse::PolicyResult* result = session_.result(session_.policy());
    if (!result) {
        bar_.setMarks({});
        return;
    }
    const auto mark = [](double budget, const QString& name, const QString& meaning) {
        return gui::BudgetMark{budget, name,
                               tr("%1: %2 at %3, chosen on the fit split").arg(name, meaning, gui::percent(budget))};
    };
    bar_.setMarks({mark(analyse::knee_budget(*result), tr("Knee"), tr("the curve flattens here")),
                   mark(analyse::default_budget(*result, analyse::tolerated_drop), tr("Half a point"),
                        tr("cheapest that loses at most 0.5 points")),
                   mark(analyse::default_budget(*result, 0), tr("No loss"),
                        tr("cheapest that is as accurate as the full model"))});
}

}  // namespace exitscope::app
