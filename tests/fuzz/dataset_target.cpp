// SPDX-License-Identifier: GPL-3.0-or-later
// A data set in one file. EXITSCOPE_FUZZ_NAME is the file's name, and so its format; a split may follow. A list of
// images finds a good one beside it.
#include <array>

#include "tests/fuzz/read_all.h"

namespace {

/// A grey PGM image, for manifests to name.
constexpr std::array<std::uint8_t, 15> picture = {'P', '5', '\n', '2', ' ', '2', '\n', '2',
                                                  '5', '5', '\n', 0,   85,  170, 255};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace exitscope;
    static const fuzz::OnDisk disk;
    static const std::filesystem::path beside = disk.put("a.pgm", picture.data(), picture.size());
    const std::string path = disk.put(EXITSCOPE_FUZZ_NAME, data, size).string();
    fuzz::read_all(path);
    fuzz::read_all(path + ":train");
    if (path.ends_with(".npz"))
        fuzz::read_numbers(path);
    return 0;
}
