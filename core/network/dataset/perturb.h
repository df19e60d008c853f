// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "core/base/error.h"
#include "core/network/dataset/image.h"

namespace exitscope::dataset {

/// Changes to an image, in this order: rotation and shift (bilinear, the border repeated), blur, contrast and
/// brightness, noise. The defaults leave the image as it is. Full range: 0 to 255, or from the smallest to the largest
/// value of a float image; results are clipped to it.
struct Perturbation {
    double rotation = 0;    ///< degrees, counter-clockwise, around the middle
    double shift_x = 0;     ///< pixels to the right
    double shift_y = 0;     ///< pixels down
    double blur = 0;        ///< standard deviation of the Gaussian, pixels
    double contrast = 1;    ///< factor around the middle of the range
    double brightness = 0;  ///< added, as a fraction of the full range
    double noise = 0;       ///< standard deviation of Gaussian noise, as a fraction of the full range
    std::uint64_t seed = 1;

    [[nodiscard]] bool changes_nothing() const { return *this == Perturbation{.seed = seed}; }
    friend bool operator==(const Perturbation&, const Perturbation&) = default;
};

/// The same image and perturbation give the same bytes. Error: not enough memory for the filter.
[[nodiscard]] Expected<Image> perturbed(const Image& image, const Perturbation& how);

}  // namespace exitscope::dataset
