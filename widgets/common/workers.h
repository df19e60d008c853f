// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include <QObject>

namespace exitscope::gui {

/// Worker threads. Tasks start in the order of start(); callbacks queued by post() run in the thread of this object, in
/// order, from its event loop. Destruction waits for the running tasks and drops waiting tasks and callbacks. All data
/// passes through one mutex of the standard library, which thread sanitizers understand, unlike those inside Qt.
class Workers : public QObject {
public:
    /// `most` threads, started when they are needed.
    explicit Workers(std::size_t most);
    ~Workers() override;

    void start(std::function<void()> task);
    /// Queues a callback for the owner's thread. May be called from any thread.
    void post(std::function<void()> callback);
    /// Returns when no task runs or waits; callbacks may still wait.
    void waitForTasks();
    [[nodiscard]] std::size_t most() const { return most_; }

protected:
    void customEvent(QEvent* event) override;

private:
    void work();

    const std::size_t most_;
    std::mutex mutex_;  ///< protects the members below
    std::condition_variable ready_;
    std::condition_variable settled_;
    std::deque<std::function<void()>> tasks_;
    std::deque<std::function<void()>> callbacks_;
    std::size_t idle_ = 0;
    std::size_t running_ = 0;
    bool ending_ = false;
    std::vector<std::jthread> threads_;
};

}  // namespace exitscope::gui
