// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace exitscope {

/// Calls `work(i)` for every i in [0, count) on up to `threads` threads (0 = all cores), in no particular order.
/// Results do not depend on the number of threads as long as work(i) writes only what belongs to i.
template <class Work>
void parallel_for(std::size_t count, unsigned threads, const Work& work)
{
    const std::size_t wanted = threads == 0 ? std::max(1U, std::thread::hardware_concurrency()) : threads;
    const std::size_t workers = std::min(wanted, count);
    std::atomic<std::size_t> next{0};
    const auto drain = [&] {
        for (std::size_t i = next++; i < count; i = next++)
            work(i);
    };
    std::vector<std::jthread> pool;
    for (std::size_t t = 1; t < workers; ++t)
        pool.emplace_back(drain);
    drain();
}

}  // namespace exitscope
