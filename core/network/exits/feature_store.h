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

/// Features of one cut point for many images, one byte a value on a grid of its channel. Values beyond the channel's
/// range saturate. What is read back is normalised: multiplied with the channel's gain, so that its range has the
/// length normalised_range and all channels weigh alike when training begins.
class FeatureStore {
public:
    static constexpr float normalised_range = 8.0F;

    /// For `images` images of features shaped `shape` (a map or a vector). In memory, or, with `directory` given, in a
    /// temporary file there that has no name and goes with the store, so that the system may take its pages back.
    /// Error: neither memory nor disk for it.
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

    /// Both may be called from several threads for different images; `values` is [shape().values()].
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
    std::vector<float> per_unit_;    ///< [channels] bytes a unit of the feature
    std::vector<float> gain_;        ///< [channels]
    std::vector<float> normal_low_;  ///< [channels] what byte 0 reads as
};

}  // namespace exitscope::exits
