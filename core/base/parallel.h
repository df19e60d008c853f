// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/base/error.h"

namespace exitscope {

/// Number of threads to start: `asked` (0 = one per core), but at least one and at most one per job.
[[nodiscard]] inline unsigned thread_count(unsigned asked, std::size_t jobs)
{
    const unsigned wanted = asked != 0 ? asked : std::max(1U, std::thread::hardware_concurrency());
    return static_cast<unsigned>(std::clamp<std::size_t>(jobs, 1, wanted));
}

/// Calls `work(worker, job)` -> Expected<void> for every job in [0, jobs), on `threads` threads that take jobs in
/// ascending order; `worker` < threads is the number of the thread, to select its buffers. After a failure no further
/// job starts, and the failure of the lowest job is returned, the same one for every number of threads. `work` must
/// not throw.
template <class Work>
[[nodiscard]] Expected<void> parallel_for(std::size_t jobs, unsigned threads, Work&& work)
{
    std::atomic<std::size_t> next{0};
    std::atomic<bool> stop{false};
    std::mutex mutex;
    std::optional<Error> failure;
    std::size_t failed_job = jobs;
    const auto loop = [&](unsigned worker) {
        while (!stop) {
            const std::size_t job = next++;
            if (job >= jobs)
                return;
            if (Expected<void> done = work(worker, job); !done) {
                const std::scoped_lock lock(mutex);
                stop = true;
                if (job < failed_job) {
                    failed_job = job;
                    failure = std::move(done.error());
                }
            }
        }
    };
    {
        std::vector<std::jthread> pool;
        for (unsigned worker = 1; worker < threads; ++worker)
            pool.emplace_back(loop, worker);
        loop(0);
    }
    if (failure)
        return tl::unexpected<Error>(std::move(*failure));
    return {};
}

/// parallel_for() for work that cannot fail: `work(job)` for every job in [0, jobs), on up to `threads` threads (0 =
/// one per core). Results do not depend on the number of threads as long as work(job) writes only the results of `job`.
template <class Work>
void for_each_job(std::size_t jobs, unsigned threads, const Work& work)
{
    static_cast<void>(
        parallel_for(jobs, thread_count(threads, jobs), [&work](unsigned, std::size_t job) -> Expected<void> {
            work(job);
            return {};
        }));
}

}  // namespace exitscope
