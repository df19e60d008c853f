// SPDX-License-Identifier: GPL-3.0-or-later
#include <cerrno>
#include <csignal>
#ifdef __SANITIZE_ADDRESS__
#include <filesystem>
#include <iterator>
#include <system_error>
#endif

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/formats/hdf5.h"

namespace exitscope::formats::hdf5 {
namespace {

/// AddressSanitizer's allocator, unlike the C library's, stays locked in a child for ever where another thread was
/// using it.
bool may_copy_the_process()
{
#ifdef __SANITIZE_ADDRESS__
    std::error_code ec;
    const std::filesystem::directory_iterator threads("/proc/self/task", ec);
    return !ec && std::distance(begin(threads), end(threads)) == 1;
#else
    return true;
#endif
}

}  // namespace

bool survives(const std::function<void()>& work)
{
    constexpr unsigned patience = 120;  // seconds
    if (!may_copy_the_process())
        return true;
    const Session session;  // no other thread is inside the library while the process is copied
    const pid_t child = ::fork();
    if (child == 0) {
        for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM})
            std::signal(signal, SIG_DFL);
        const rlimit no_dump{0, 0};
        ::setrlimit(RLIMIT_CORE, &no_dump);
        ::alarm(patience);
        try {
            work();
        } catch (...) {  // damage that the library noticed
        }
        ::_exit(0);
    }
    if (child < 0)
        return true;  // no process to spare: then without this check
    int status = 0;
    while (::waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return true;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace exitscope::formats::hdf5
