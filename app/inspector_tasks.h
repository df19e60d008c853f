// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include <QObject>

#include "app/session.h"
#include "core/deploy/adaptive/rerun.h"

namespace exitscope::gui {
class InspectorView;
}

namespace exitscope::app {

/// Runs the network again for the image in the inspector: changed by the sliders, and layer by layer.
class InspectorTasks : public QObject {
    Q_OBJECT
public:
    /// `session` outlives this object, which `view` owns.
    InspectorTasks(Session& session, gui::InspectorView& view);

private:
    void rerun();
    void drift();
    void forget();

    Session& session_;
    gui::InspectorView& view_;
    dataset::DatasetPtr images_;
    std::shared_ptr<const adaptive::Rerun> network_;  ///< of the session's run, once it was needed
};

}  // namespace exitscope::app
