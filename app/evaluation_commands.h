// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPointer>

class QWidget;

namespace exitscope::app {

class ExitsDialog;
class FileCommands;
class Prompts;
class Session;

/// What the menu Run does to models: evaluates the open one, and adds exits to it.
class EvaluationCommands : public QObject {
    Q_OBJECT
public:
    /// All outlive this object; `window` is what dialogs belong to.
    EvaluationCommands(Session& session, FileCommands& files, Prompts& prompts, QWidget& window);

    /// Asks for what is missing.
    void evaluate();
    void evaluateSettings();
    void addExits();
    /// Closes what is open beside the window; false where the user does not want to.
    [[nodiscard]] bool closeDialogs();

private:
    Session& session_;
    FileCommands& files_;
    Prompts& prompts_;
    QWidget& window_;
    QPointer<ExitsDialog> exits_;
};

}  // namespace exitscope::app
