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
#include "core/network/dataset/resampling.h"

namespace exitscope::dataset {

enum class ChannelOrder { gray, rgb, bgr };

/// The interval that pixel values 0 to 255 are mapped to before mean and standard deviation are applied.
enum class ValueRange {
    unit,      ///< 0..1: x / 255
    bytes,     ///< 0..255: x
    symmetric  ///< -1..1: x / 127.5 - 1
};

/// How the shape of an image becomes that of a box.
enum class Fit {
    stretch,  ///< scaled to the box, whatever happens to the proportions
    crop,     ///< scaled until it covers the box (for a square box: its shorter side), what juts out is cut off
    pad       ///< scaled until it fits into the box, the rest is black
};

/// How an 8-bit image becomes the network's input [channels, height, width]: scaled, cut to its middle, and
/// `(range(x) - mean) / std` per channel. Sizes are rounded and middles are found as torchvision does (`pad`: as
/// Pillow's ImageOps.pad). Float images are fed as they are (their shape must match).
struct Preprocessing {
    int channels = 0;
    int height = 0;
    int width = 0;
    ChannelOrder order = ChannelOrder::rgb;
    std::vector<float> mean;  ///< one value per channel of the network's input, in units of `range`; empty = 0
    std::vector<float> std;   ///< one value per channel of the network's input, in units of `range`; empty = 1
    bool resize = false;      ///< scale images instead of refusing those of another size than the input
    ValueRange range = ValueRange::unit;
    Extent box = {};    ///< what images are scaled to; 0 x 0 = the input's size
    bool crop = false;  ///< without `resize`: take the middle of larger images, with Fit::pad also of smaller ones
    Fit fit = Fit::stretch;
    Filter filter = Filter::bilinear;
    bool antialias = true;  ///< see Resampler
    bool upright = true;    ///< turn images as their EXIF orientation says

    [[nodiscard]] std::size_t values() const
    {
        return static_cast<std::size_t>(channels) * static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
    }
    [[nodiscard]] Extent input() const { return {width, height}; }

    /// JSON as stored in a model's metadata key `exitscope.preprocessing`, in runs and in bundles (docs/formats.md).
    [[nodiscard]] std::string to_json() const;
    /// Every key but the three of the shape has a default.
    [[nodiscard]] static Expected<Preprocessing> from_json(std::string_view text);
    /// The options of the command line that say the same: "--resize 256 --crop 224 --filter bilinear --channels rgb
    /// --range 0..1 --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225".
    [[nodiscard]] std::string to_options() const;

    friend bool operator==(const Preprocessing&, const Preprocessing&) = default;
};

/// Errors: empty or huge input shape; mean or std of another length than `channels`, not finite, or std not positive; a
/// box that does not cover the input.
[[nodiscard]] Expected<void> validate(const Preprocessing& how);

/// Whether images of this size can be preprocessed. Error: one clause that names the option which says what to do.
[[nodiscard]] Expected<void> check_size(Extent image, const Preprocessing& how);

/// Writes one image as float CHW into `out` (`how.values()` long). Grey images are repeated for RGB networks, colour
/// images are averaged (BT.601, as Pillow's "L") for grey ones. Errors: those of check_size(); float shape differs.
[[nodiscard]] Expected<void> preprocess(const Image& image, const Preprocessing& how, std::span<float> out);

/// Reads and preprocesses samples [begin, begin+count) into `out`, [count, C, H, W]. Error names the sample.
[[nodiscard]] Expected<void> read_batch(const Dataset& data, std::size_t begin, std::size_t count,
                                        const Preprocessing& how, std::span<float> out);

}  // namespace exitscope::dataset
