// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "core/base/error.h"
#include "core/base/progress.h"

namespace exitscope::cli {

/// From here on Ctrl-C (and SIGTERM) ends the program with exit code 5: at once where nothing can be left behind,
/// through Progress::cancel() while a Watch lives, and after the file is complete while a Writing lives.
void install_interrupt_handler();

/// Follows one long job: a bar with the time left on standard error when `show` and standard error is a terminal, and
/// Ctrl-C handed on to the job.
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
