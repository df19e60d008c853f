// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/action_states.h"

#include <QAction>

#include "app/session.h"

namespace exitscope::app {

ActionStates::ActionStates(Session& session, const Actions& actions, bool sampleInstalled, QObject* parent)
    : QObject(parent), session_(session), actions_(actions), sampleInstalled_(sampleInstalled)
{
    for (const auto change :
         {&Session::runChanged, &Session::filtersChanged, &Session::modelChanged, &Session::dataChanged})
        connect(&session_, change, this, &ActionStates::refresh);
    connect(&session_, &Session::decided, this, [this] {
        if (!actions_.exportPlot->isEnabled())  // not at every step of the slider
            refresh();
    });
    connect(&session_.undoStack(), &QUndoStack::indexChanged, this, &ActionStates::refresh);
    connect(&session_.jobs(), &Jobs::statusChanged, this, &ActionStates::refresh);
}

void ActionStates::refresh()
{
    const bool hasRun = session_.run() != nullptr;
    const bool decided = session_.point()->decided();
    const bool evaluating = session_.jobs().busy(runLane);
    actions_.openSample->setEnabled(sampleInstalled_);
    actions_.saveRun->setEnabled(hasRun);
    actions_.saveSession->setEnabled(hasRun);
    actions_.search->setEnabled(decided);
    actions_.animateBudget->setEnabled(decided);
    actions_.evaluate->setEnabled((session_.canEvaluate() || session_.loading()) && !evaluating);
    actions_.evaluateSettings->setEnabled(!evaluating);
    actions_.addExits->setEnabled(session_.model() != nullptr);
    actions_.cancel->setEnabled(session_.jobs().busy());
    actions_.undo->setEnabled(session_.undoStack().canUndo());
    actions_.redo->setEnabled(session_.undoStack().canRedo());
    actions_.clearFilters->setEnabled(!session_.filters().empty());
    for (QAction* action :
         {actions_.nextSample, actions_.previousSample, actions_.pinPoint, actions_.exportPlot, actions_.printPlot,
          actions_.copyPlot, actions_.exportTable, actions_.exportCurves, actions_.exportReport, actions_.exportBundle})
        action->setEnabled(decided);
    emit refreshed();
}

}  // namespace exitscope::app
