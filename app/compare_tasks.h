// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include <QObject>
#include <QTimer>

namespace exitscope::gui {
class CompareView;
struct PinnedPoint;
}  // namespace exitscope::gui

namespace exitscope::app {

class Session;

/// Pins the session's operating point and tests it against the current one, for the view that compares them.
class CompareTasks : public QObject {
    Q_OBJECT
public:
    /// `session` outlives this object, which `view` owns.
    CompareTasks(Session& session, gui::CompareView& view);

private:
    void pin();
    void compare();

    Session& session_;
    gui::CompareView& view_;
    std::shared_ptr<const gui::PinnedPoint> pinned_;
    QTimer rest_;  ///< the paired test waits until the budget rests
};

}  // namespace exitscope::app
