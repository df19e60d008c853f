// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/jobs.h"

#include <algorithm>

namespace exitscope::app {
namespace {

constexpr int reportMilliseconds = 100;
constexpr std::size_t threads = 8;      ///< jobs that work at once; more wait for one of them, cancelled ones too
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

void Jobs::queue(Lane lane, const QString& title, const Work<void>& work, std::function<void()> done, Failed failed)
{
    add<int>(
        lane, title, [work](Progress& progress, const Deliver<int>&) { return work(progress); }, {}, std::move(done),
        std::move(failed));
}

void Jobs::enter(Job job)
{
    std::deque<Job>& lane = lanes_[job.ticket.lane];
    lane.push_back(std::move(job));
    if (lane.size() == 1)
        begin(lane.front());
    timer_.start();
    report();
}

void Jobs::begin(Job& job)
{
    job.clock.start();
    job.phaseClock.start();
    workers_.start(job.task);
}

bool Jobs::current(const Ticket& ticket) const
{
    const auto found = lanes_.find(ticket.lane);
    return found != lanes_.end() && found->second.front().ticket.number == ticket.number;
}

void Jobs::close(const Ticket& ticket, const Expected<void>& outcome, const std::function<void()>& whenDone)
{
    if (!current(ticket))
        return;
    const auto lane = lanes_.find(ticket.lane);
    const Job job = std::move(lane->second.front());
    lane->second.pop_front();
    if (lane->second.empty())
        lanes_.erase(lane);
    else
        begin(lane->second.front());
    if (outcome) {
        if (whenDone)
            whenDone();
        if (!job.title.isEmpty())
            emit finished(job.title, double(job.clock.elapsed()) / 1000.0);
    } else if (outcome.error().code != ErrorCode::cancelled) {
        if (job.failed)
            job.failed(outcome.error());
        else
            emit failed(job.title, outcome.error());
    }
    report();
}

void Jobs::cancel(Lane lane)
{
    const auto found = lanes_.find(lane);
    if (found == lanes_.end())
        return;
    found->second.front().ticket.progress->cancel();
    lanes_.erase(found);
    report();
}

void Jobs::finishEarly(Lane lane)
{
    if (const auto found = lanes_.find(lane); found != lanes_.end())
        found->second.front().ticket.progress->cancel();
}

void Jobs::cancelAll()
{
    while (!lanes_.empty())
        cancel(lanes_.begin()->first);
}

void Jobs::stop()
{
    for (auto& [lane, jobs] : lanes_) {
        for (std::size_t i = 1; i < jobs.size(); ++i) {
            jobs[i].ticket.progress->cancel();
            kept_.push_back(std::move(jobs[i].task));
        }
    }
    cancelAll();
}

void Jobs::cancelAndWait()
{
    stop();
    workers_.waitForTasks();
    for (const std::function<void()>& task : std::exchange(kept_, {}))
        task();
}

void Jobs::report()
{
    if (lanes_.empty())
        timer_.stop();
    emit statusChanged(status());
}

JobStatus Jobs::status()
{
    JobStatus status;
    Job* newest = nullptr;
    for (auto& [lane, jobs] : lanes_) {
        Job& job = jobs.front();
        if (job.title.isEmpty())
            continue;
        ++status.running;
        if (!newest || job.ticket.number > newest->ticket.number)
            newest = &job;
    }
    if (!newest)
        return status;
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
    return status;
}

}  // namespace exitscope::app
