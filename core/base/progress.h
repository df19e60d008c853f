// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace exitscope {

/// Progress of a long job and the request to cancel it, shared between the worker and an observer (window, terminal).
/// The worker calls begin()/advance() and polls cancelled() between batches; the observer reads at its own pace.
class Progress {
public:
    /// Starts a phase ("Calibrating w4a4") of `total` steps; resets the count.
    void begin(std::string_view phase, std::uint64_t total)
    {
        const std::scoped_lock lock(mutex_);
        phase_ = phase;
        done_ = 0;
        total_ = total;
    }
    void advance(std::uint64_t steps = 1) { done_ += steps; }
    void cancel() { cancelled_ = true; }

    [[nodiscard]] bool cancelled() const { return cancelled_; }
    [[nodiscard]] std::uint64_t done() const { return done_; }
    [[nodiscard]] std::uint64_t total() const { return total_; }
    [[nodiscard]] std::string phase() const
    {
        const std::scoped_lock lock(mutex_);
        return phase_;
    }

private:
    mutable std::mutex mutex_;
    std::string phase_;
    std::atomic<std::uint64_t> done_{0};
    std::atomic<std::uint64_t> total_{0};
    std::atomic<bool> cancelled_{false};
};

}  // namespace exitscope
