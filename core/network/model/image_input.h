// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/error.h"
#include "core/base/notice.h"
#include "core/network/dataset/preprocessing.h"
#include "core/network/model/graph.h"

namespace exitscope::model {

/// Height and width of images, in pixels.
struct ImageSize {
    std::int64_t height = 0;
    std::int64_t width = 0;

    friend bool operator==(const ImageSize&, const ImageSize&) = default;
};

/// "224x192": height and width, 1 to 65,536; nullopt for anything else.
[[nodiscard]] std::optional<ImageSize> parse_image_size(std::string_view text);

/// What a network makes of the pixel values that it is fed.
struct ImageInput {
    std::optional<dataset::ValueRange> range;  ///< as far as the graph tells
    bool integers = false;  ///< the file takes whole numbers: any normalisation happens inside the graph
    Notices notices;
};

/// Gives a graph as read the input that the engine feeds: one float tensor [batch, channels, height, width].
///   Axes: [batch, height, width, channels] is turned round (put_channels_first()).
///   Sizes: an open number of channels is that of the first convolution; an open height and width are `size`, or those
///     of the metadata entry `exitscope.preprocessing`.
///   Types: bytes (uint8 and wider integers) are fed as whole numbers from 0 to 255, int8 as these less 128; where the
///     graph dequantizes them, the input keeps that grid.
///   Range: where the first operators divide by something like 255, or subtract a mean of such size, floats are fed
///     from 0 to 255 too.
/// A graph whose input is not one tensor of four axes is left as it is: cut() says what is wrong with it.
/// Errors: open height and width without a size; a size that the file contradicts; booleans.
[[nodiscard]] Expected<ImageInput> prepare_input(Graph& graph, std::optional<ImageSize> size);

}  // namespace exitscope::model
