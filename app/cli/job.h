// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "core/base/error.h"
#include "core/base/progress.h"

namespace exitscope::cli {

/// After this call Ctrl-C (and SIGTERM) ends the program with exit code 5: through Progress::cancel() while a Watch
/// exists, after the file is complete while a Writing exists, otherwise at once.
void install_interrupt_handler();

/// Observes one long job: shows a bar with the time left on standard error if `show` and standard error is a terminal,
/// and cancels the job on Ctrl-C.
class Watch {
public:
    Watch(Progress& progress, bool show);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

private:
    void follow();

    Progress& progress_;
    bool show_;
    bool done_ = false;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::thread thread_;
};

/// Lets a file be completed before Ctrl-C ends the program.
class Writing {
public:
    Writing();
    ~Writing();
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;
};

}  // namespace exitscope::cli
