// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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
    void openData();
    void openRun();
    void openSession();
    void saveRun();
    void saveSession();
    /// Asks before an evaluation that was never saved gives way to another run, or to the end of the program; false:
    /// it must stay.
    [[nodiscard]] bool mayReplaceRun();
    /// What is open, as the forms ask for it, and the inverse.
    [[nodiscard]] DataRequest data() const;
    void openData(const DataRequest& request);

signals:
    /// Something is being opened.
    void opening();
    /// One sentence.
    void problem(const QString& sentence);

private:
    /// Waits for the file; false when it was not written.
    bool saveRunNow();

    Session& session_;
    SessionKeeper& sessions_;
    const Exporter& exporter_;
    Prompts& prompts_;
    QString sample_;
    QWidget& window_;
};

}  // namespace exitscope::app
