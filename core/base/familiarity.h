// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace exitscope {

/// Accuracy of the last exit on the images that a policy or a calibration was fitted on, compared with other images.
/// A network that was trained on the former knows them by heart: errors estimated there are too low by about the
/// difference (methods.md#honest-numbers). Accuracies are fractions in [0,1].
struct Familiarity {
    double fitted_accuracy = 0;
    double other_accuracy = 0;
    std::size_t fitted_samples = 0;
    std::size_t other_samples = 0;
    bool others_are_new = true;  ///< false when both come from the same images: their difference means nothing

    /// True when the accuracies differ by more than 3 standard errors and by more than 1 percentage point. Where the
    /// other images are not new: true when `fitted_accuracy` exceeds 98 %.
    [[nodiscard]] bool suspicious() const;
};

}  // namespace exitscope
