// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "widgets/common/workers.h"

namespace exitscope::tests {

/// Measures how long the event loop keeps events waiting: a thread posts one every few milliseconds to the thread that
/// made the watchdog and notes when it is handled.
class Watchdog {
public:
    Watchdog()
    {
        workers_.start([this] {
            while (!stopped_) {
                pending_ = true;
                workers_.post([this, posted = std::chrono::steady_clock::now()] { handled(posted); });
                while (pending_ && !stopped_)
                    std::this_thread::sleep_for(std::chrono::milliseconds(1));
                std::this_thread::sleep_for(std::chrono::milliseconds(4));
            }
        });
    }
    ~Watchdog() { stopped_ = true; }

    /// The longest wait since the last call, in milliseconds.
    [[nodiscard]] double longest()
    {
        const double longest = longest_;
        longest_ = 0;
        return longest;
    }

private:
    void handled(std::chrono::steady_clock::time_point posted)
    {
        const auto waited = std::chrono::steady_clock::now() - posted;
        longest_ = std::max(longest_, std::chrono::duration<double, std::milli>(waited).count());
        pending_ = false;
    }

    double longest_ = 0;
    std::atomic<bool> pending_ = false;
    std::atomic<bool> stopped_ = false;
    gui::Workers workers_{1};  ///< last: its end waits for the thread
};

}  // namespace exitscope::tests
