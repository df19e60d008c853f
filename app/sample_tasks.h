// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace exitscope::gui {
class SampleView;
}

namespace exitscope::app {

class Session;

/// Gives the view of samples those that pass the session's filters, and the session the sample that is selected.
class SampleTasks : public QObject {
    Q_OBJECT
public:
    /// `session` outlives this object, which `view` owns.
    SampleTasks(Session& session, gui::SampleView& view);

    /// Selects the sample `step` rows below the one selected.
    void moveSelection(int step);

private:
    void showOutline();

    Session& session_;
    gui::SampleView& view_;
};

}  // namespace exitscope::app
