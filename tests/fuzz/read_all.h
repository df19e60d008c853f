// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/formats/npy_values.h"
#include "core/network/dataset/dataset.h"
#include "core/network/dataset/preprocessing.h"
#include "tests/fuzz/on_disk.h"

namespace exitscope::fuzz {

/// Opens a data set by name; reads its ends and its middle and preprocesses them.
inline void read_all(const std::string& spec)
{
    const auto opened = dataset::open(spec);
    if (!opened)
        return;
    const dataset::Dataset& images = **opened;
    dataset::Preprocessing how;
    how.channels = 3;
    how.height = 8;
    how.width = 8;
    how.resize = true;
    std::vector<float> input(how.values());
    for (const std::size_t at : {std::size_t{0}, images.size() / 2, images.size() - 1}) {
        static_cast<void>(images.label(SampleIndex(at)));
        static_cast<void>(images.origin(SampleIndex(at)));
        static_cast<void>(dataset::read_batch(images, at, 1, how, input));
    }
    static_cast<void>(images.image(SampleIndex(images.size())));
    static_cast<void>(images.content_hash());
}

/// The numbers of a .npy or .npz file, as logits and labels are read.
inline void read_numbers(const std::filesystem::path& path)
{
    constexpr std::array<std::string_view, 2> names{"logits", "x"};
    constexpr std::uint64_t most = 4096;
    const auto array = formats::open_array(path, names);
    if (!array)
        return;
    std::uint64_t count = 1;
    for (const std::uint64_t extent : array->shape)
        count = std::min(most, formats::saturating_product(count, extent));
    std::vector<float> narrow(static_cast<std::size_t>(count));
    std::vector<double> wide(narrow.size());
    static_cast<void>(formats::read_values(*array, 0, std::span(narrow)));
    static_cast<void>(formats::read_values(*array, 0, std::span(wide)));
}

}  // namespace exitscope::fuzz
