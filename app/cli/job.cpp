// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/job.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <string>

#include <unistd.h>

namespace exitscope::cli {
namespace {

using Clock = std::chrono::steady_clock;

std::atomic<int> holders{0};  ///< Watch and Writing objects alive
std::atomic<bool> interrupted{false};
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free,
              "signal handlers may touch lock-free atomics only");

[[noreturn]] void leave()
{
    constexpr char message[] = "exitscope: cancelled\n";
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, message, sizeof message - 1);
    ::_exit(static_cast<int>(ErrorCode::cancelled));
}

extern "C" void on_interrupt(int)
{
    interrupted = true;
    if (holders == 0)
        leave();
}

void release()
{
    if (--holders == 0 && interrupted)
        leave();
}

std::string clock_text(double seconds)
{
    const long whole = std::lround(seconds);
    char text[32];
    if (whole >= 3600)
        std::snprintf(text, sizeof text, "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
    else
        std::snprintf(text, sizeof text, "%ld:%02ld", whole / 60, whole % 60);
    return text;
}

/// Draws over its own line; knows when the phase began.
class Bar {
public:
    void draw(const Progress& progress)
    {
        const std::string phase = progress.phase();
        const double done = double(progress.done());
        const double total = double(progress.total());
        if (phase != phase_) {
            phase_ = phase;
            begin_ = Clock::now();
        }
        if (phase.empty() || total <= 0)
            return;
        const double share = std::min(done / total, 1.0);
        const double elapsed = std::chrono::duration<double>(Clock::now() - begin_).count();
        constexpr int width = 28;
        const int filled = static_cast<int>(share * width);
        std::string line = phase_ + " [" + std::string(static_cast<std::size_t>(filled), '#') +
                           std::string(static_cast<std::size_t>(width - filled), '.') + "] " +
                           std::to_string(static_cast<int>(100 * share)) + " %";
        if (share > 0.01 && elapsed > 1)
            line += ", " + clock_text(elapsed * (1 - share) / share) + " left";
        std::fprintf(stderr, "\r\x1b[K%s", line.c_str());
        drawn_ = true;
    }
    void clear()
    {
        if (drawn_)
            std::fputs("\r\x1b[K", stderr);
    }

private:
    std::string phase_;
    Clock::time_point begin_ = Clock::now();
    bool drawn_ = false;
};

}  // namespace

void install_interrupt_handler()
{
    struct sigaction action {};
    action.sa_handler = on_interrupt;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

Watch::Watch(Progress& progress, bool show) : progress_(progress), show_(show && ::isatty(STDERR_FILENO) == 1)
{
    ++holders;
    thread_ = std::thread([this] { follow(); });
}

Watch::~Watch()
{
    {
        const std::scoped_lock lock(mutex_);
        done_ = true;
    }
    wake_.notify_one();
    thread_.join();
    release();
}

void Watch::follow()
{
    Bar bar;
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, std::chrono::milliseconds(100), [this] { return done_; })) {
        if (interrupted)
            progress_.cancel();
        if (show_)
            bar.draw(progress_);
    }
    bar.clear();
}

Writing::Writing()
{
    ++holders;
}

Writing::~Writing()
{
    release();
}

}  // namespace exitscope::cli
