// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include <QObject>
#include <QString>

#include "app/autosave.h"
#include "core/analysis/run/run.h"

namespace exitscope::gui {
class SampleView;
}

namespace exitscope::app {

class Docks;
class RecentFiles;
class SavedFilters;
class Session;
struct SessionState;

/// Sessions as files: what the session has chosen and what belongs to the window. Keeps one by itself while the program
/// runs, and opens what a program that did not end properly has left.
class SessionKeeper : public QObject {
    Q_OBJECT
public:
    /// What sessions consist of, and where they are listed. All outlive this object.
    struct Parts {
        Session& session;
        SavedFilters& savedFilters;
        RecentFiles& recent;
        Docks& docks;
        gui::SampleView& samples;
    };
    /// An empty `directory`: sessions are not kept by themselves.
    SessionKeeper(const Parts& parts, const QString& directory, int milliseconds, QObject* parent);

    void open(const QString& path);
    void save(const QString& path);
    /// When the session was kept that can be gone on with; empty where there is none.
    [[nodiscard]] QString recoverable() const;
    void recover();
    /// On a proper end: nothing is left to recover.
    void end();

signals:
    /// A session was read and is about to be chosen: the window shows its docks.
    void opening();
    /// Whether samples are shown as a grid.
    void gridChosen(bool grid);
    /// One sentence.
    void problem(const QString& sentence);

private:
    [[nodiscard]] SessionState state() const;
    void read(const QString& path, bool abandoned);
    void keep();

    Parts parts_;
    Autosave autosave_;
    std::string kept_;     ///< the text last written
    run::RunPtr keptRun_;  ///< the run last written, because the user has not saved it
    QString recovered_;    ///< the abandoned session that was gone on with
};

}  // namespace exitscope::app
