// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/exits/feature_store.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace exitscope::exits {

/// A mapping of `size` bytes.
struct FeatureStore::Memory {
    std::uint8_t* data = nullptr;
    std::size_t size = 0;

    Memory(std::uint8_t* data_, std::size_t size_) : data(data_), size(size_) {}
    ~Memory() { ::munmap(data, size); }
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;

    static std::unique_ptr<Memory> map(std::size_t size, int file)
    {
        const int flags = file < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
        void* data = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, flags, file, 0);
        if (data == MAP_FAILED)
            return nullptr;
        return std::make_unique<Memory>(static_cast<std::uint8_t*>(data), size);
    }

    static std::unique_ptr<Memory> map_file(std::size_t size, const std::filesystem::path& directory)
    {
        const int file = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        if (file < 0)
            return nullptr;
        const int reserved = ::posix_fallocate(file, 0, static_cast<off_t>(size));
        std::unique_ptr<Memory> memory = reserved == 0 ? map(size, file) : nullptr;
        const int reason = reserved == 0 ? errno : reserved;
        ::close(file);
        errno = reason;
        return memory;
    }
};

FeatureStore::FeatureStore(FeatureStore&&) noexcept = default;
FeatureStore& FeatureStore::operator=(FeatureStore&&) noexcept = default;
FeatureStore::~FeatureStore() = default;

Expected<FeatureStore> FeatureStore::make(std::size_t images, const FeatureShape& shape, const ChannelRanges& ranges,
                                          const std::filesystem::path& directory)
{
    FeatureStore store;
    store.images_ = images;
    store.shape_ = shape;
    const auto size = static_cast<std::size_t>(std::max<std::uint64_t>(bytes(images, shape), 1));
    store.memory_ = directory.empty() ? Memory::map(size, -1) : Memory::map_file(size, directory);
    if (!store.memory_)
        return fail(ErrorCode::cannot_write, directory.string(),
                    "no room for " + std::to_string(size >> 20) + " MiB of features: " + std::strerror(errno));
    for (std::size_t c = 0; c < shape.channels; ++c) {
        const float range = ranges.high[c] - ranges.low[c];
        const float gain = range > 0 && std::isfinite(range) ? normalised_range / range : 1.0F;
        store.low_.push_back(ranges.low[c]);
        store.gain_.push_back(gain);
        store.per_unit_.push_back(gain * 255.0F / normalised_range);
        store.normal_low_.push_back(ranges.low[c] * gain);
    }
    return store;
}

void FeatureStore::put(std::size_t image, std::span<const float> values)
{
    std::uint8_t* to = memory_->data + image * shape_.values();
    const std::size_t positions = shape_.height * shape_.width;
    for (std::size_t c = 0; c < shape_.channels; ++c)
        for (std::size_t p = 0; p < positions; ++p, ++to) {
            const float byte = (values[c * positions + p] - low_[c]) * per_unit_[c] + 0.5F;
            *to = static_cast<std::uint8_t>(std::clamp(byte, 0.0F, 255.0F));
        }
}

void FeatureStore::get(std::size_t image, std::span<float> values) const
{
    constexpr float step = normalised_range / 255.0F;
    const std::uint8_t* from = memory_->data + image * shape_.values();
    const std::size_t positions = shape_.height * shape_.width;
    for (std::size_t c = 0; c < shape_.channels; ++c)
        for (std::size_t p = 0; p < positions; ++p)
            values[c * positions + p] = static_cast<float>(from[c * positions + p]) * step + normal_low_[c];
}

}  // namespace exitscope::exits
