// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "widgets/common/workers.h"

namespace exitscope::gui {

/// Computes values for a view in one worker thread. The newest request wins: older requests that have not started are
/// never computed, and their results are dropped if they have. Destruction waits for the running request.
template <class Value>
class Latest {
public:
    Latest() = default;
    ~Latest() { cancel(); }
    Latest(const Latest&) = delete;
    Latest& operator=(const Latest&) = delete;

    /// `work` runs in the worker thread and must own all data that it reads; `done` is called with its result in the
    /// caller's thread.
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
    /// Drops the results of all requests so far.
    void cancel()
    {
        ++*newest_;
        busy_ = false;
    }
    /// True while a result is still to come.
    [[nodiscard]] bool busy() const { return busy_; }

private:
    std::shared_ptr<std::atomic<std::uint64_t>> newest_ = std::make_shared<std::atomic<std::uint64_t>>(0);
    bool busy_ = false;
    Workers workers_{1};
};

}  // namespace exitscope::gui
