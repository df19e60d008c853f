// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace exitscope::gui {
struct GuaranteeQuestion;
class GuaranteeView;
}  // namespace exitscope::gui

namespace exitscope::app {

class Session;

/// Answers what the view of guarantees asks, and moves the session to the setting that it chose.
class GuaranteeTasks : public QObject {
    Q_OBJECT
public:
    /// `session` outlives this object, which `view` owns.
    GuaranteeTasks(Session& session, gui::GuaranteeView& view);

private:
    void find(const gui::GuaranteeQuestion& question);

    Session& session_;
    gui::GuaranteeView& view_;
};

}  // namespace exitscope::app
