// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include "app/actions.h"

namespace exitscope::app {

class Session;

/// Enables the actions that make sense as the session is.
class ActionStates : public QObject {
    Q_OBJECT
public:
    /// `session` outlives this object; `sampleInstalled`: the sample model is there.
    ActionStates(Session& session, const Actions& actions, bool sampleInstalled, QObject* parent);

    void refresh();

signals:
    void refreshed();

private:
    Session& session_;
    Actions actions_;
    bool sampleInstalled_;
};

}  // namespace exitscope::app
