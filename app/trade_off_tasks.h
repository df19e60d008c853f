// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace exitscope::gui {
class TradeOffView;
}

namespace exitscope::app {

class Session;

/// Gives the trade-off the session's curves and fixed models, and the session what is picked there.
class TradeOffTasks : public QObject {
    Q_OBJECT
public:
    /// `session` outlives this object, which `view` owns.
    TradeOffTasks(Session& session, gui::TradeOffView& view);

private:
    void showOutline();
    void showCurves();

    Session& session_;
    gui::TradeOffView& view_;
};

}  // namespace exitscope::app
