// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "widgets/common/workers.h"

namespace exitscope::gui {

/// Computes values in one worker thread for a view; the newest request wins: what is asked before the last request has
/// started is never computed, and results of older requests are dropped. Destruction waits for the one that runs.
template <class Value>
class Latest {
public:
    Latest() = default;
    ~Latest() { cancel(); }
    Latest(const Latest&) = delete;
    Latest& operator=(const Latest&) = delete;

    /// `work` runs in the worker and must own what it reads; its result is handed to `done` in the thread of the
    /// caller.
    void start(std::function<Value()> work, std::function<void(Value)> done)
    {
        cancel();
        const std::uint64_t mine = *newest_;
        busy_ = true;
        workers_.start([this, mine, newest = newest_, work = std::move(work), done = std::move(done)]() mutable {
            if (*newest != mine)
                return;
            auto value = std::make_shared<Value>(work());
            workers_.post([this, mine, value, done = std::move(done)] {
                if (*newest_ != mine)
                    return;
                busy_ = false;
                done(std::move(*value));
            });
        });
    }
    /// What is under way delivers nothing.
    void cancel()
    {
        ++*newest_;
        busy_ = false;
    }
    /// A result is still to come.
    [[nodiscard]] bool busy() const { return busy_; }

private:
    std::shared_ptr<std::atomic<std::uint64_t>> newest_ = std::make_shared<std::atomic<std::uint64_t>>(0);
    bool busy_ = false;
    Workers workers_{1};
};

}  // namespace exitscope::gui
