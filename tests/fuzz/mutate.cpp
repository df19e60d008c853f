// SPDX-License-Identifier: GPL-3.0-or-later
// Drives a fuzz target without libFuzzer: mutate MUTATIONS SEED FILE...
// Mutations (bit flips, changed bytes, runs of bytes removed, repeated or overwritten, truncation) depend on the seed
// alone. Ends with 1 and names the mutation when the target takes more than 2 s of processor time or 2 GiB of memory;
// crashes name it, too. `mutate --show N SEED FILE...` writes mutation N to standard output.
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "core/base/random.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace exitscope;
using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t most_memory = std::size_t{2} << 30;
constexpr int most_seconds = 2;

char now_running[64] = "";  ///< read by signal handlers

void name_mutation()
{
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, now_running, std::strlen(now_running));
}

extern "C" void on_signal(int number)
{
    constexpr char slow[] = "took too long: ";
    if (number == SIGPROF) {
        [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, slow, sizeof slow - 1);
    }
    name_mutation();
    ::_exit(1);
}

/// A position, every second time near the ends: there stand nodes, names and shapes rather than weights.
std::size_t position(Random& random, std::size_t size)
{
    constexpr std::size_t near = 16384;
    if (size <= 2 * near || random.below(2) == 0)
        return random.below(size);
    const std::size_t offset = random.below(2 * near);
    return offset < near ? offset : size - (offset - near) - 1;
}

Bytes mutated(const std::vector<Bytes>& files, std::uint64_t seed, std::uint64_t number)
{
    Random random(mix64(seed) + number);
    Bytes bytes = files[random.below(files.size())];
    const std::size_t changes = 1 + random.below(4);
    for (std::size_t c = 0; c < changes && !bytes.empty(); ++c) {
        const std::size_t at = position(random, bytes.size());
        const std::size_t length = std::min<std::size_t>(1 + random.below(64), bytes.size() - at);
        const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at);
        switch (random.below(12)) {
        case 0: bytes[at] = static_cast<std::uint8_t>(random.below(256)); break;
        case 1: bytes[at] = random.below(2) ? 0xff : 0x7f; break;
        case 2: bytes.erase(begin, begin + static_cast<std::ptrdiff_t>(length)); break;
        case 3: {
            const Bytes again(begin, begin + static_cast<std::ptrdiff_t>(length));
            bytes.insert(begin, again.begin(), again.end());
            break;
        }
        case 4: {
            const std::size_t from = random.below(bytes.size() - length + 1);
            std::memmove(bytes.data() + at, bytes.data() + from, length);
            break;
        }
        case 5: bytes.resize(at); break;
        default: bytes[at] ^= static_cast<std::uint8_t>(1U << random.below(8)); break;
        }
    }
    return bytes;
}

Bytes contents(const char* path)
{
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        std::fprintf(stderr, "%s: cannot be read\n", path);
        std::exit(2);
    }
    return {std::istreambuf_iterator<char>(in), {}};
}

void limit_time(int seconds)
{
    itimerval timer{};
    timer.it_value.tv_sec = seconds;
    setitimer(ITIMER_PROF, &timer, nullptr);
}

std::size_t peak_memory()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

}  // namespace

/// Called by the sanitizers when they have found something.
extern "C" void __asan_on_error()  // NOLINT(bugprone-reserved-identifier): their name
{
    name_mutation();
}

int main(int argc, char** argv)
{
    const bool show = argc > 1 && std::string(argv[1]) == "--show";
    const int first = show ? 2 : 1;
    if (argc < first + 3) {
        std::fprintf(stderr, "usage: mutate [--show] NUMBER SEED FILE...\n");
        return 2;
    }
    const std::uint64_t count = std::strtoull(argv[first], nullptr, 10);
    const std::uint64_t seed = std::strtoull(argv[first + 1], nullptr, 10);
    std::vector<Bytes> files;
    for (int i = first + 2; i < argc; ++i)
        files.push_back(contents(argv[i]));
    if (show) {
        const Bytes bytes = mutated(files, seed, count);
        return std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size() ? 0 : 2;
    }
    for (const int number : {SIGPROF, SIGSEGV, SIGABRT, SIGFPE, SIGBUS, SIGILL})
        std::signal(number, on_signal);
    for (const Bytes& bytes : files)
        LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    for (std::uint64_t number = 0; number < count; ++number) {
        const Bytes bytes = mutated(files, seed, number);
        std::snprintf(now_running, sizeof now_running, "mutation %llu of seed %llu\n",
                      static_cast<unsigned long long>(number), static_cast<unsigned long long>(seed));
        limit_time(most_seconds);
        LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
        limit_time(0);
        if (peak_memory() > most_memory) {
            std::fprintf(stderr, "took more than 2 GiB: %s", now_running);
            return 1;
        }
        if ((number + 1) % 1000 == 0)
            std::fprintf(stderr, "%s mutations\n", std::to_string(number + 1).c_str());
    }
    return 0;
}
