// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include <QLockFile>
#include <QString>

namespace exitscope::app {

/// Where a running program keeps its session, and what programs that did not end properly have left: one session file,
/// one run file where the run was not saved, and a lock in a common directory, a set for each program.
class Autosave {
public:
    /// An empty directory: nothing is kept.
    explicit Autosave(const QString& directory);
    ~Autosave();

    [[nodiscard]] bool enabled() const { return lock_ != nullptr; }
    [[nodiscard]] QString sessionPath() const { return base_ + QStringLiteral(".exs"); }
    [[nodiscard]] QString runPath() const { return base_ + QStringLiteral(".exr"); }
    /// The newest session whose program is gone; empty: none.
    [[nodiscard]] QString abandoned() const;
    /// Removes an abandoned session and its run.
    static void discard(const QString& session);
    /// Removes this program's own, on a proper end.
    void discardOwn();

private:
    QString directory_;
    QString base_;
    std::unique_ptr<QLockFile> lock_;
};

}  // namespace exitscope::app
