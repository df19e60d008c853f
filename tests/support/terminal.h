// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <fcntl.h>
#include <pty.h>
#include <unistd.h>

#include <QByteArray>
#include <QProcess>

#include "tests/support/require.h"

namespace exitscope::tests {

/// A pseudo-terminal as a program's standard error: progress is drawn on terminals alone.
class Terminal {
public:
    /// `process` has not been started.
    explicit Terminal(QProcess& process)
    {
        require(::openpty(&ours_, &theirs_, nullptr, nullptr, nullptr) == 0, "a pseudo-terminal");
        ::fcntl(ours_, F_SETFL, O_NONBLOCK);
        process.setChildProcessModifier([theirs = theirs_] { ::dup2(theirs, STDERR_FILENO); });
    }
    ~Terminal()
    {
        ::close(ours_);
        ::close(theirs_);
    }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    /// All that has been written so far.
    [[nodiscard]] const QByteArray& text()
    {
        char part[4096];
        for (ssize_t size = ::read(ours_, part, sizeof part); size > 0; size = ::read(ours_, part, sizeof part))
            text_.append(part, size);
        return text_;
    }

private:
    int ours_ = -1;
    int theirs_ = -1;
    QByteArray text_;
};

}  // namespace exitscope::tests
