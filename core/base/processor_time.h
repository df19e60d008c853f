// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ctime>

namespace exitscope {

/// Seconds that the calling thread has spent on a processor. Differences measure its own work only, whatever other
/// programs do meanwhile.
[[nodiscard]] inline double processor_seconds()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
}

}  // namespace exitscope
