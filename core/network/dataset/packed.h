// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/formats/bytes.h"
#include "core/base/labels.h"
#include "core/network/dataset/dataset.h"

namespace exitscope::dataset {

/// Bytes, pixel by pixel or plane by plane.
enum class PixelLayout { u8_hwc, u8_chw };

/// Images of one size at a fixed stride, in one or more files.
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
    Labels labels;  ///< one per sample, or empty
};

/// Size of one image in bytes; the largest 64-bit value on overflow.
[[nodiscard]] std::uint64_t image_bytes(std::uint64_t channels, std::uint64_t height, std::uint64_t width);

/// Checks that every part lies inside its file and that there are as many labels as images, then builds the data set;
/// `info.labelled` and `info.class_count` are filled in. Errors: no sample, too many samples, short file, label counts.
[[nodiscard]] Expected<DatasetPtr> make_packed(Packed packed);

}  // namespace exitscope::dataset
