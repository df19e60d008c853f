// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/workers.h"

#include <utility>

#include <QCoreApplication>
#include <QEvent>

namespace exitscope::gui {

Workers::Workers(std::size_t most) : most_(most) {}

Workers::~Workers()
{
    std::deque<std::function<void()>> dropped;
    {
        const std::scoped_lock lock(mutex_);
        ending_ = true;
        dropped.swap(tasks_);
    }
    ready_.notify_all();
    threads_.clear();
}

void Workers::start(std::function<void()> task)
{
    const std::scoped_lock lock(mutex_);
    tasks_.push_back(std::move(task));
    if (tasks_.size() > idle_ && threads_.size() < most_)
        threads_.emplace_back([this] { work(); });
    ready_.notify_one();
}

void Workers::work()
{
    std::unique_lock lock(mutex_);
    for (;;) {
        ++idle_;
        ready_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
        --idle_;
        if (ending_)
            return;
        std::function<void()> task = std::move(tasks_.front());
        tasks_.pop_front();
        ++running_;
        lock.unlock();
        task();
        task = nullptr;
        lock.lock();
        --running_;
        if (tasks_.empty() && running_ == 0)
            settled_.notify_all();
    }
}

void Workers::post(std::function<void()> callback)
{
    const std::scoped_lock lock(mutex_);
    callbacks_.push_back(std::move(callback));
    QCoreApplication::postEvent(this, new QEvent(QEvent::User));
}

void Workers::customEvent(QEvent*)
{
    std::function<void()> callback;
    {
        const std::scoped_lock lock(mutex_);
        callback = std::move(callbacks_.front());
        callbacks_.pop_front();
    }
    callback();
}

void Workers::waitForTasks()
{
    std::unique_lock lock(mutex_);
    settled_.wait(lock, [this] { return tasks_.empty() && running_ == 0; });
}

}  // namespace exitscope::gui
