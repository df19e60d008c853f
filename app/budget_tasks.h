// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace exitscope::gui {
class BudgetBar;
}

namespace exitscope::app {

class Session;

/// Ties the budget's bar to the session: range, marks and what the budget buys; the budget that the user sets.
class BudgetTasks : public QObject {
    Q_OBJECT
public:
    /// `session` outlives this object, which `bar` owns.
    BudgetTasks(Session& session, gui::BudgetBar& bar);

private:
    void showMarks();

    Session& session_;
    gui::BudgetBar& bar_;
};

}  // namespace exitscope::app
