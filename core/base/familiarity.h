// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace exitscope {

/// How much better the last exit does on images that something was fitted on than on others. A network that was trained
/// on the former knows them by heart: errors estimated there are too low by about the difference
/// (methods.md#honest-numbers).
struct Familiarity {
    double fitted_accuracy = 0;
    double other_accuracy = 0;
    std::size_t fitted_samples = 0;
    std::size_t other_samples = 0;
    bool others_are_new = true;  ///< false when both come from the same images, so that the difference says nothing

    /// Accuracy differs by more than 3 standard errors and 1 point; where the others are not new, the last exit is
    /// hardly ever wrong (above 98 %).
    [[nodiscard]] bool suspicious() const;
};

}  // namespace exitscope
