// SPDX-License-Identifier: GPL-3.0-or-later
// A data set in one file: opened by name, then its ends read and preprocessed. EXITSCOPE_FUZZ_NAME is the file's name,
// and so its format; a list of images finds a good one beside it.
#include <algorithm>
#include <array>
#include <vector>

#include "core/dataset/dataset.h"
#include "core/dataset/preprocessing.h"
#include "tests/fuzz/on_disk.h"

namespace {

using namespace exitscope;

/// A grey PGM image, for manifests to name.
constexpr std::array<std::uint8_t, 15> picture = {'P', '5', '\n', '2', ' ', '2', '\n', '2',
                                                  '5', '5', '\n', 0,   85,  170, 255};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const fuzz::OnDisk disk;
    static const std::filesystem::path beside = disk.put("a.pgm", picture.data(), picture.size());
    const auto opened = dataset::open(disk.put(EXITSCOPE_FUZZ_NAME, data, size).string());
    if (!opened)
        return 0;
    const dataset::Dataset& images = **opened;
    dataset::Preprocessing how;
    how.channels = 3;
    how.height = 8;
    how.width = 8;
    how.resize = true;
    std::vector<float> input(how.values());
    for (const std::size_t at : {std::size_t{0}, images.size() / 2, images.size() - 1}) {
        static_cast<void>(images.label(SampleIndex(at)));
        static_cast<void>(dataset::read_batch(images, at, 1, how, input));
    }
    static_cast<void>(images.content_hash());
    return 0;
}
