// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/jobs.h"

#include <algorithm>

#include <QEventLoop>

namespace exitscope::app {
namespace {

constexpr int reportMilliseconds = 100;
constexpr std::size_t threads = 8;      ///< lanes never wait for one another
constexpr double settledSeconds = 0.5;  ///< before that a time left would be a guess

}  // namespace

Jobs::Jobs(QObject* parent) : QObject(parent), workers_(threads)
{
    timer_.setInterval(reportMilliseconds);
    connect(&timer_, &QTimer::timeout, this, &Jobs::report);
}

Jobs::~Jobs()
{
    cancelAndWait();
}

Jobs::Ticket Jobs::open(Lane lane, const QString& title)
{
    cancel(lane);
    Active job;
    job.ticket = {lane, ++last_, std::make_shared<Progress>()};
    job.title = title;
    job.clock.start();
    job.phaseClock.start();
    Ticket ticket = job.ticket;
    active_.insert_or_assign(lane, std::move(job));
    timer_.start();
    report();
    return ticket;
}

bool Jobs::current(const Ticket& ticket) const
{
    const auto found = active_.find(ticket.lane);
    return found != active_.end() && found->second.ticket.number == ticket.number;
}

void Jobs::close(const Ticket& ticket, const Expected<void>& outcome, const std::function<void()>& whenDone)
{
    if (!current(ticket))
        return;
    const QString title = active_.at(ticket.lane).title;
    const double seconds = double(active_.at(ticket.lane).clock.elapsed()) / 1000.0;
    active_.erase(ticket.lane);
    if (!outcome) {
        if (outcome.error().code != ErrorCode::cancelled)
            emit failed(title, outcome.error());
    } else {
        if (whenDone)
            whenDone();
        if (!title.isEmpty())
            emit finished(title, seconds);
    }
    report();
}

void Jobs::cancel(Lane lane)
{
    const auto found = active_.find(lane);
    if (found == active_.end())
        return;
    found->second.ticket.progress->cancel();
    active_.erase(found);
    report();
}

void Jobs::finishEarly(Lane lane)
{
    if (const auto found = active_.find(lane); found != active_.end())
        found->second.ticket.progress->cancel();
}

void Jobs::cancelAll()
{
    while (!active_.empty())
        cancel(active_.begin()->first);
}

void Jobs::waitFor(Lane lane)
{
    QEventLoop loop;
    connect(this, &Jobs::statusChanged, &loop, [this, lane, &loop] {
        if (!busy(lane))
            loop.quit();
    });
    if (busy(lane))
        loop.exec();
}

void Jobs::cancelAndWait()
{
    cancelAll();
    workers_.waitForTasks();
}

void Jobs::report()
{
    JobStatus status;
    if (active_.empty())
        timer_.stop();
    Active* newest = nullptr;
    for (auto& [lane, job] : active_) {
        if (job.title.isEmpty())
            continue;
        ++status.running;
        if (!newest || job.ticket.number > newest->ticket.number)
            newest = &job;
    }
    if (newest) {
        const Progress& progress = *newest->ticket.progress;
        status.title = newest->title;
        status.phase = QString::fromStdString(progress.phase());
        if (status.phase != newest->phase) {
            newest->phase = status.phase;
            newest->phaseClock.restart();
        }
        const auto total = double(progress.total());
        const auto done = double(progress.done());
        if (total > 0) {
            status.fraction = std::min(1.0, done / total);
            const double elapsed = double(newest->phaseClock.elapsed()) / 1000.0;
            if (done > 0 && elapsed > settledSeconds)
                status.secondsLeft = elapsed * std::max(0.0, total - done) / done;
        }
    }
    emit statusChanged(status);
}

}  // namespace exitscope::app
