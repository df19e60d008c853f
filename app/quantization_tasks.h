// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace exitscope::gui {
class QuantizationView;
}

namespace exitscope::app {

class Session;

/// Counts the answers that precisions change in every run, and measures its layers when the view asks for it.
class QuantizationTasks : public QObject {
    Q_OBJECT
public:
    /// `session` outlives this object, which `view` owns.
    QuantizationTasks(Session& session, gui::QuantizationView& view);

private:
    void showRun();
    void measureLayers();

    Session& session_;
    gui::QuantizationView& view_;
};

}  // namespace exitscope::app
