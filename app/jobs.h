// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTimer>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/unexpected.h"
#include "widgets/common/workers.h"

namespace exitscope::app {

/// What the window shows about the jobs that run.
struct JobStatus {
    QString title;            ///< of the newest job: "Evaluating"
    QString phase;            ///< of its progress, may be empty
    double fraction = -1;     ///< in [0,1]; negative = unknown
    double secondsLeft = -1;  ///< of this phase; negative = not known yet
    int running = 0;
};

/// Jobs of one lane never run side by side. Whoever starts jobs names a lane of its own: `constexpr Lane
/// drift{"drift"}`.
struct Lane {
    std::string_view name;  ///< lives as long as the program

    friend bool operator<(const Lane& a, const Lane& b) { return a.name < b.name; }
};

/// Runs work in threads. start() and stream() cancel what their lane does and drop its results, so that the newest
/// wins; queue() lets it end first. A lane takes either kind. Results arrive in the thread that owns this object.
///
/// `work(Progress&)` runs in a thread, `done(result)` here. A job without a title is too short to speak of: it is
/// neither shown nor reported as finished. An error goes to the job's own `failed`, or to failed() where that is empty;
/// cancelling is not an error. An exception of the work is an error as unexpected_error() words it.
class Jobs : public QObject {
    Q_OBJECT
public:
    using Failed = std::function<void(const Error&)>;
    template <class T>
    using Work = std::function<Expected<T>(Progress&)>;
    template <class T>
    using Deliver = std::function<void(T)>;

    explicit Jobs(QObject* parent = nullptr);
    ~Jobs() override;

    template <class T>
    void start(Lane lane, const QString& title, Work<T> work, std::function<void(T)> done, Failed failed = {})
    {
        cancel(lane);
        add<T>(lane, title, once(std::move(work)), std::move(done), {}, std::move(failed));
    }

    /// For work that delivers several results as they come; `finished` (may be empty) after the last.
    template <class T>
    void stream(Lane lane, const QString& title, std::function<Expected<void>(Progress&, const Deliver<T>&)> work,
                std::function<void(T)> arrived, std::function<void()> finished = {}, Failed failed = {})
    {
        cancel(lane);
        add<T>(lane, title, std::move(work), std::move(arrived), std::move(finished), std::move(failed));
    }

    /// Begins when the jobs of the lane that were queued before have ended.
    template <class T>
    void queue(Lane lane, const QString& title, Work<T> work, std::function<void(T)> done, Failed failed = {})
    {
        add<T>(lane, title, once(std::move(work)), std::move(done), {}, std::move(failed));
    }
    /// The same for work without a result, such as writing a file.
    void queue(Lane lane, const QString& title, const Work<void>& work, std::function<void()> done, Failed failed = {});

    /// Drops what waits in queues, too.
    void cancelAll();
    void cancel(Lane lane);
    /// Asks for what there is so far: like cancel(), but what the job still delivers arrives.
    void finishEarly(Lane lane);
    /// cancelAll() for the end of the program: what waits in queues is kept for cancelAndWait().
    void stop();
    /// stop(), and returns when no thread works any more. What waited in queues runs before that, told that it is
    /// cancelled: writing a file pays no heed to it, so that no file is lost. Nothing arrives.
    void cancelAndWait();
    /// True while a job that was not cancelled has yet to end.
    [[nodiscard]] bool busy() const { return !lanes_.empty(); }
    [[nodiscard]] bool busy(Lane lane) const { return lanes_.contains(lane); }

signals:
    /// A few times a second while jobs run, and once when the last has ended (running = 0).
    void statusChanged(const exitscope::app::JobStatus& status);
    void failed(const QString& title, const exitscope::Error& error);
    void finished(const QString& title, double seconds);

private:
    struct Ticket {
        Lane lane;
        std::uint64_t number = 0;
        std::shared_ptr<Progress> progress;
    };
    struct Job {
        Ticket ticket;
        QString title;
        std::function<void()> task;  ///< for a thread; posts what it finds
        Failed failed;
        QElapsedTimer clock;
        QString phase;
        QElapsedTimer phaseClock;
    };

    template <class T>
    [[nodiscard]] static std::function<Expected<void>(Progress&, const Deliver<T>&)> once(Work<T> work)
    {
        return [work = std::move(work)](Progress& progress, const Deliver<T>& deliver) -> Expected<void> {
            Expected<T> result = work(progress);
            if (!result)
                return forward(result);
            deliver(std::move(*result));
            return {};
        };
    }

    template <class T>
    void add(Lane lane, const QString& title, std::function<Expected<void>(Progress&, const Deliver<T>&)> work,
             std::function<void(T)> arrived, std::function<void()> finished, Failed failed)
    {
        const Ticket ticket{lane, ++last_, std::make_shared<Progress>()};
        const Deliver<T> deliver = [this, ticket, arrived = std::move(arrived)](T value) {
            auto shared = std::make_shared<T>(std::move(value));
            workers_.post([this, ticket, arrived, shared] {
                if (current(ticket))
                    arrived(std::move(*shared));
            });
        };
        enter({ticket,
               title,
               [this, ticket, work = std::move(work), deliver, finished = std::move(finished)] {
                   const Expected<void> outcome = guarded([&] { return work(*ticket.progress, deliver); });
                   workers_.post([this, ticket, outcome, finished] { close(ticket, outcome, finished); });
               },
               std::move(failed),
               {},
               {},
               {}});
    }

    void enter(Job job);
    void begin(Job& job);
    [[nodiscard]] bool current(const Ticket& ticket) const;
    void close(const Ticket& ticket, const Expected<void>& outcome, const std::function<void()>& finished);
    void report();
    [[nodiscard]] JobStatus status();

    std::map<Lane, std::deque<Job>> lanes_;    ///< none is empty; the first of each works, the others wait
    std::vector<std::function<void()>> kept_;  ///< by stop()
    std::uint64_t last_ = 0;
    QTimer timer_;
    gui::Workers workers_;
};

}  // namespace exitscope::app
