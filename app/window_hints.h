// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include "app/actions.h"

class QMainWindow;
class QSettings;
class QWidget;

namespace exitscope::app {

class FirstSteps;
class Session;

/// Tells somebody who has never seen the window what to do next: opening, evaluating, moving the budget, inspecting,
/// exporting. What is done already needs no hint.
class WindowHints : public QObject {
    Q_OBJECT
public:
    /// The controls that hints are about.
    struct Targets {
        QWidget* open;
        QWidget* evaluate;
        QWidget* budget;
        QWidget* samples;
        QWidget* exportPlot;
    };
    /// Makes the row of hints. `sampleInstalled`: the first hint is about the sample. `session` and `settings` outlive
    /// this object, which `window` owns.
    WindowHints(QMainWindow& window, Session& session, QSettings& settings, const Actions& actions,
                const Targets& targets, bool sampleInstalled);

    /// From the first one on, unless they have been shown in this or an earlier start of the program.
    void startOnce();
    void start();
    [[nodiscard]] bool active() const;
    void stop();
    /// What can be done may have changed.
    void refresh();

    // done by the user, in whatever order
    void budgetMoved();
    void sampleInspected();

private:
    void addSteps(const Actions& actions, const Targets& targets, bool sampleInstalled);
    void watch(const Actions& actions);
    void skipKnown();

    Session& session_;
    QSettings& settings_;
    FirstSteps* steps_ = nullptr;
};

}  // namespace exitscope::app
