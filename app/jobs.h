// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <utility>

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTimer>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "widgets/common/workers.h"

namespace exitscope::app {

/// State of the running jobs, as shown in the window.
struct JobStatus {
    QString title;            ///< of the newest job: "Evaluating"
    QString phase;            ///< of its progress, may be empty
    double fraction = -1;     ///< in [0,1]; negative = unknown
    double secondsLeft = -1;  ///< of this phase; negative = not known yet
    int running = 0;
};

/// Runs work in threads, one job per lane: a new job in a lane cancels the previous one, whose results are dropped.
/// Results arrive in the thread that owns this object. Destruction cancels all jobs and waits.
class Jobs : public QObject {
    Q_OBJECT
public:
    enum class Lane {
        model,
        fitData,
        testData,
        run,
        analysis,
        write,
        autosave,
        comparison,
        guarantee,
        flips,
        quantization,
        rerun,
        drift
    };

    explicit Jobs(QObject* parent = nullptr);
    ~Jobs() override;

    /// Runs `work(Progress&)` -> Expected<T> in a thread, then `done(T)` here. A job without a title is too short to
    /// speak of: it is neither shown nor reported as finished. An error is reported by failed(), except
    /// when the job was cancelled.
    template <class T>
    void start(Lane lane, const QString& title, std::function<Expected<T>(Progress&)> work, std::function<void(T)> done)
    {
        stream<T>(
            lane, title,
            [work = std::move(work)](Progress& progress, const std::function<void(T)>& deliver) -> Expected<void> {
                Expected<T> result = work(progress);
                if (!result)
                    return forward(result);
                deliver(std::move(*result));
                return {};
            },
            std::move(done), {});
    }

    /// The same for work that delivers several results as they come; `finished` (may be empty) after the last.
    template <class T>
    void stream(Lane lane, const QString& title,
                std::function<Expected<void>(Progress&, const std::function<void(T)>&)> work,
                std::function<void(T)> arrived, std::function<void()> finished)
    {
        const Ticket ticket = open(lane, title);
        workers_.start([this, ticket, work = std::move(work), arrived = std::move(arrived),
                        finished = std::move(finished)]() mutable {
            const std::function<void(T)> deliver = [this, ticket, arrived](T value) {
                auto shared = std::make_shared<T>(std::move(value));
                workers_.post([this, ticket, arrived, shared] {
                    if (current(ticket))
                        arrived(std::move(*shared));
                });
            };
            Expected<void> outcome = work(*ticket.progress, deliver);
            workers_.post([this, ticket, outcome, finished] { close(ticket, outcome, finished); });
        });
    }

    void cancelAll();
    void cancel(Lane lane);
    /// Asks for what there is so far: like cancel(), but what the job still delivers arrives.
    void finishEarly(Lane lane);
    /// True while a job that was not cancelled has yet to end.
    [[nodiscard]] bool busy() const { return !active_.empty(); }
    [[nodiscard]] bool busy(Lane lane) const { return active_.contains(lane); }
    /// Handles events until the lane is free.
    void waitFor(Lane lane);
    /// Cancels and returns when no thread works any more.
    void cancelAndWait();

signals:
    /// A few times a second while jobs run, and once when the last has ended (running = 0).
    void statusChanged(const exitscope::app::JobStatus& status);
    void failed(const QString& title, const exitscope::Error& error);
    void finished(const QString& title, double seconds);

private:
    struct Ticket {
        Lane lane{};
        std::uint64_t number = 0;
        std::shared_ptr<Progress> progress;
    };
    struct Active {
        Ticket ticket;
        QString title;
        QElapsedTimer clock;
        QString phase;
        QElapsedTimer phaseClock;
    };
    Ticket open(Lane lane, const QString& title);
    [[nodiscard]] bool current(const Ticket& ticket) const;
    void close(const Ticket& ticket, const Expected<void>& outcome, const std::function<void()>& finished);
    void report();

    std::map<Lane, Active> active_;
    std::uint64_t last_ = 0;
    QTimer timer_;
    gui::Workers workers_;
};

}  // namespace exitscope::app
