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

/// Threads beside that of the window. Tasks begin in their order; what they post() runs in the thread of this object,
/// in its order, as events come by. Destruction waits for the tasks that run and drops what has not begun and what was
/// posted. Every hand-over goes through one mutex of the standard library, which thread sanitizers see; they are blind
/// to those inside Qt.
class Workers : public QObject {
public:
    /// `most` threads, started when they are needed.
    explicit Workers(std::size_t most);
    ~Workers() override;

    void start(std::function<void()> task);
    /// From any thread.
    void post(std::function<void()> letter);
    /// Returns when no task runs or waits; letters may still wait.
    void waitForTasks();
    [[nodiscard]] std::size_t most() const { return most_; }

protected:
    void customEvent(QEvent* event) override;

private:
    void work();

    const std::size_t most_;
    std::mutex mutex_;  ///< of all below
    std::condition_variable ready_;
    std::condition_variable settled_;
    std::deque<std::function<void()>> tasks_;
    std::deque<std::function<void()>> letters_;
    std::size_t idle_ = 0;
    std::size_t running_ = 0;
    bool ending_ = false;
    std::vector<std::jthread> threads_;
};

}  // namespace exitscope::gui
