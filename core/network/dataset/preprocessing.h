// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/network/dataset/dataset.h"

namespace exitscope::dataset {

enum class ChannelOrder { gray, rgb, bgr };

/// The interval that pixel values 0 to 255 are mapped to before mean and standard deviation are applied.
enum class ValueRange {
    unit,      ///< 0..1: x / 255
    bytes,     ///< 0..255: x
    symmetric  ///< -1..1: x / 127.5 - 1
};

/// How an 8-bit image becomes the network's input [channels, height, width]: `(range(x) - mean) / std` per channel.
/// Float images are fed as they are (their shape must match).
struct Preprocessing {
    int channels = 0;
    int height = 0;
    int width = 0;
    ChannelOrder order = ChannelOrder::rgb;
    std::vector<float> mean;  ///< one value per channel of the network's input; empty = 0
    std::vector<float> std;   ///< one value per channel of the network's input; empty = 1
    bool resize = false;      ///< scale images of another size (bilinear, area when shrinking) instead of refusing them
    ValueRange range = ValueRange::unit;

    [[nodiscard]] std::size_t values() const
    {
        return static_cast<std::size_t>(channels) * static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
    }
    /// JSON as stored in a model's metadata key `exitscope.preprocessing`:
    /// {"channels":1,"height":28,"width":28,"order":"gray","mean":[..],"std":[..],"resize":false,
    /// "range":"0..1"}
    [[nodiscard]] std::string to_json() const;
    [[nodiscard]] static Expected<Preprocessing> from_json(std::string_view text);
};

/// Errors: empty or huge input shape; mean or std of another length than `channels`, not finite, or std not positive.
[[nodiscard]] Expected<void> validate(const Preprocessing& how);

/// Writes one image as float CHW into `out` (`how.values()` long). Grey images are repeated for RGB networks, colour
/// images are averaged (BT.601) for grey ones. Errors: size differs and `resize` is off; float shape differs.
[[nodiscard]] Expected<void> preprocess(const Image& image, const Preprocessing& how, std::span<float> out);

/// Reads and preprocesses samples [begin, begin+count) into `out`, [count, C, H, W]. Error names the sample.
[[nodiscard]] Expected<void> read_batch(const Dataset& data, std::size_t begin, std::size_t count,
                                        const Preprocessing& how, std::span<float> out);

}  // namespace exitscope::dataset
