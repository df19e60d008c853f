// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/check_sizes.h"

#include <atomic>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/formats/exif.h"
#include "core/base/formats/image_header.h"
#include "core/base/parallel.h"

namespace exitscope::dataset {
namespace {

/// The size of an image file as it would be preprocessed; nullopt when its header cannot be read.
std::optional<Extent> size_of_file(const Dataset& data, SampleIndex index, bool upright)
{
    constexpr std::uint64_t widest = 1 << 20;
    const std::optional<std::vector<std::byte>> bytes = data.file_bytes(index);
    if (!bytes)
        return std::nullopt;
    const Expected<formats::ImageHeader> header = formats::read_image_header(*bytes, data.origin(index));
    if (!header || header->width > widest || header->height > widest)
        return std::nullopt;
    Extent size{static_cast<int>(header->width), static_cast<int>(header->height)};
    if (upright && formats::exif_orientation(*bytes) >= 5)
        std::swap(size.width, size.height);
    return size;
}

Expected<void> check_files(const Dataset& data, const Preprocessing& how, unsigned threads)
{
    std::vector<std::optional<Extent>> wrong(data.size());
    std::atomic<std::size_t> count{0};
    const auto work = [&](unsigned, std::size_t image) -> Expected<void> {
        const std::optional<Extent> size = size_of_file(data, SampleIndex(image), how.upright);
        if (size && !check_size(*size, how)) {
            wrong[image] = size;
            ++count;
        }
        return {};
    };
    if (Expected<void> done = parallel_for(data.size(), thread_count(threads, data.size()), work); !done)
        return done;
    for (std::size_t i = 0; i < wrong.size(); ++i)
        if (wrong[i]) {
            Expected<void> refused = check_size(*wrong[i], how);
            refused.error().where = data.origin(SampleIndex(i));
            if (count > 1)
                refused.error().detail += "; " + std::to_string(count - 1) + " more of the " +
                                          std::to_string(data.size()) + " images do not fit either";
            return refused;
        }
    return {};
}

}  // namespace

Expected<void> check_sizes(const Dataset& data, const Preprocessing& how, unsigned threads)
{
    if (how.resize || data.size() == 0)
        return {};
    if (data.file_bytes(SampleIndex(0)))
        return check_files(data, how, threads);
    const Expected<Image> image = data.image(SampleIndex(0));
    if (!image || image->is_float())
        return {};
    Expected<void> checked = check_size({image->width, image->height}, how);
    if (!checked)
        checked.error().where = data.origin(SampleIndex(0));
    return checked;
}

}  // namespace exitscope::dataset
