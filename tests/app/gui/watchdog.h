// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <chrono>
#include <thread>

#include <QObject>

namespace exitscope::tests {

/// Measures how long the event loop keeps events waiting: a thread posts one every few milliseconds to the thread that
/// made the watchdog and notes when it is handled.
class Watchdog : public QObject {
public:
    Watchdog()
        : thread_([this](const std::stop_token& stop) {
              while (!stop.stop_requested()) {
                  const auto posted = std::chrono::steady_clock::now();
                  pending_ = true;
                  QMetaObject::invokeMethod(
                      this, [this, posted] { handled(posted); }, Qt::QueuedConnection);
                  while (pending_ && !stop.stop_requested())
                      std::this_thread::sleep_for(std::chrono::milliseconds(1));
                  std::this_thread::sleep_for(std::chrono::milliseconds(4));
              }
          })
    {
    }
    ~Watchdog() override
    {
        thread_.request_stop();
        thread_.join();
    }

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
    std::jthread thread_;
};

}  // namespace exitscope::tests
