// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include <QObject>
#include <QString>

#include "app/data_form.h"
#include "app/open_request.h"

class QWidget;

namespace exitscope::app {

class Exporter;
class Prompts;
class Session;
class SessionKeeper;

/// What the menu File does: asks which model, data, run or session to open or to save, and before an evaluation that
/// was never saved would be lost.
class FileCommands : public QObject {
    Q_OBJECT
public:
    /// All outlive this object; `window` is what dialogs belong to; `sample`: folder of the sample, empty = not
    /// installed.
    FileCommands(Session& session, SessionKeeper& sessions, const Exporter& exporter, Prompts& prompts,
                 const QString& sample, QWidget& window);

    void open(const OpenRequest& request);
    void openSample();
    void openModel();
    void modelOptions();
    void openData();
    void openRun();
    void openSession();
    /// `then` (may be empty) when the file is written.
    void saveRun(const std::function<void()>& then = {});
    void saveSession();
    /// Asks before an evaluation that was never saved gives way to another run, or to the end of the program; false: it
    /// stays. When it is to be saved first the answer is false, and `whenSaved` follows once the file is written.
    [[nodiscard]] bool mayReplaceRun(const std::function<void()>& whenSaved);
    /// `how` now, or when the run that must not be lost is saved; not at all when the user wants to stay.
    void replaceRun(const std::function<void()>& how);
    /// What is open, as the forms ask for it, and the inverse.
    [[nodiscard]] DataRequest data() const;
    void openData(const DataRequest& request);

signals:
    /// Something is being opened.
    void opening();
    /// One sentence.
    void problem(const QString& sentence);

private:
    void openNow(const OpenRequest& request);

    Session& session_;
    SessionKeeper& sessions_;
    const Exporter& exporter_;
    Prompts& prompts_;
    QString sample_;
    QWidget& window_;
};

}  // namespace exitscope::app
