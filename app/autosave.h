// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include <QLockFile>
#include <QString>

namespace exitscope::app {

/// Automatic copies of the session in a common directory: per running program one session file, a run file if the run
/// is not saved, and a lock. Also finds the files left by programs that did not end properly.
class Autosave {
public:
    /// With an empty directory no copies are kept.
    explicit Autosave(const QString& directory);
    ~Autosave();

    [[nodiscard]] bool enabled() const { return lock_ != nullptr; }
    [[nodiscard]] QString sessionPath() const { return base_ + QStringLiteral(".exs"); }
    [[nodiscard]] QString runPath() const { return base_ + QStringLiteral(".exr"); }
    /// The newest session whose program no longer runs; empty if there is none.
    [[nodiscard]] QString abandoned() const;
    /// Removes an abandoned session and its run.
    static void discard(const QString& session);
    /// Removes this program's own files, when it ends properly.
    void discardOwn();

private:
    QString directory_;
    QString base_;
    std::unique_ptr<QLockFile> lock_;
};

}  // namespace exitscope::app
