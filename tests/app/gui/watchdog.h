// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <thread>
#include <utility>

#include <pthread.h>

#include "widgets/common/workers.h"

namespace exitscope::tests {

/// Measures how long the event loop keeps events waiting: a thread posts one every few milliseconds to the thread that
/// made the watchdog and notes when it is handled.
class Watchdog {
public:
    struct Waits {
        double wall = 0;       ///< the longest wait in milliseconds
        double processor = 0;  ///< the most processor time of the event loop's thread during one wait, in milliseconds
    };

    Watchdog()
    {
        ::pthread_getcpuclockid(::pthread_self(), &clock_);
        workers_.start([this] {
            while (!stopped_) {
                pending_ = true;
                workers_.post(
                    [this, wall = std::chrono::steady_clock::now(), processor = used()] { handled(wall, processor); });
                while (pending_ && !stopped_)
                    std::this_thread::sleep_for(std::chrono::milliseconds(1));
                std::this_thread::sleep_for(std::chrono::milliseconds(4));
            }
        });
    }
    ~Watchdog() { stopped_ = true; }

    /// The longest waits since the last call.
    [[nodiscard]] Waits longest() { return std::exchange(longest_, {}); }
    /// How many events have been handled.
    [[nodiscard]] int beats() const { return beats_; }
    /// Processor time that the thread of the event loop has used so far, in milliseconds.
    [[nodiscard]] double used() const
    {
        timespec now{};
        ::clock_gettime(clock_, &now);
        return 1e3 * double(now.tv_sec) + 1e-6 * double(now.tv_nsec);
    }

private:
    void handled(std::chrono::steady_clock::time_point wall, double processor)
    {
        const std::chrono::duration<double, std::milli> waited = std::chrono::steady_clock::now() - wall;
        longest_.wall = std::max(longest_.wall, waited.count());
        longest_.processor = std::max(longest_.processor, used() - processor);
        ++beats_;
        pending_ = false;
    }

    Waits longest_;
    int beats_ = 0;
    clockid_t clock_{};
    std::atomic<bool> pending_ = false;
    std::atomic<bool> stopped_ = false;
    gui::Workers workers_{1};  ///< last: its end waits for the thread
};

}  // namespace exitscope::tests
