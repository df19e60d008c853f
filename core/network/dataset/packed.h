// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/formats/bytes.h"
#include "core/network/dataset/dataset.h"
#include "core/base/labels.h"

namespace exitscope::dataset {

enum class PixelLayout { u8_hwc, u8_chw, f32_chw, f64_chw };

/// Equal images at equal distances in one file or several.
struct Packed {
    struct Part {
        formats::BytesPtr bytes;
        std::uint64_t offset = 0;  ///< of the first image
        std::uint64_t stride = 0;  ///< bytes from one image to the next
        std::size_t count = 0;     ///< images
    };
    Info info;
    PixelLayout layout = PixelLayout::u8_hwc;
    int channels = 1;
    int height = 0;
    int width = 0;
    std::vector<Part> parts;
    Labels labels;  ///< one a sample, or empty
};

/// formats::Bytes of one image; saturates.
[[nodiscard]] std::uint64_t image_bytes(PixelLayout layout, std::uint64_t channels, std::uint64_t height,
                                        std::uint64_t width);

/// Checks that every part lies inside its bytes and that labels and images are equally many, then builds the data set;
/// `info.labelled` and `info.class_count` are filled in. Errors: no sample, too many samples, short file, label counts.
[[nodiscard]] Expected<DatasetPtr> make_packed(Packed packed);

}  // namespace exitscope::dataset
