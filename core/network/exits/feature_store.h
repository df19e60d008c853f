// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "core/base/error.h"
#include "core/network/exits/head.h"

namespace exitscope::exits {

/// Smallest and largest value of every channel.
struct ChannelRanges {
    std::vector<float> low;
    std::vector<float> high;
};

/// Features of one cut point for many images, one byte per value on a grid of its channel. Values beyond the channel's
/// range saturate. Values read back are normalised: multiplied with the channel's gain, so that its range has the
/// length normalised_range and all channels have equal weight when training begins.
class FeatureStore {
public:
    static constexpr float normalised_range = 8.0F;

    /// A store for `images` images with features of shape `shape` (a map or a vector), in memory or, with `directory`
    /// given, in an unnamed temporary file there, which is deleted with the store. Error: not enough memory or disk.
    [[nodiscard]] static Expected<FeatureStore> make(std::size_t images, const FeatureShape& shape,
                                                     const ChannelRanges& ranges,
                                                     const std::filesystem::path& directory = {});
    [[nodiscard]] static std::uint64_t bytes(std::size_t images, const FeatureShape& shape)
    {
        return std::uint64_t{images} * shape.values();
    }

    FeatureStore(FeatureStore&&) noexcept;
    FeatureStore& operator=(FeatureStore&&) noexcept;
    ~FeatureStore();

    [[nodiscard]] const FeatureShape& shape() const { return shape_; }
    [[nodiscard]] std::size_t images() const { return images_; }

    /// put() and get() may be called from several threads for different images; `values` is [shape().values()].
    void put(std::size_t image, std::span<const float> values);
    void get(std::size_t image, std::span<float> values) const;

    /// get() returns the feature times this.
    [[nodiscard]] float gain(std::size_t channel) const { return gain_[channel]; }

private:
    FeatureStore() = default;

    struct Memory;
    std::unique_ptr<Memory> memory_;
    std::size_t images_ = 0;
    FeatureShape shape_;
    std::vector<float> low_;
    std::vector<float> per_unit_;    ///< [channels] bytes per unit of the feature
    std::vector<float> gain_;        ///< [channels]
    std::vector<float> normal_low_;  ///< [channels] value of byte 0 when read back
};

}  // namespace exitscope::exits
