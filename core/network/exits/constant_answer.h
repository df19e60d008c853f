// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace exitscope::exits {

/// What answering the same for every image gives on held-out images: the least that a head must beat.
struct ConstantAnswer {
    double accuracy = 0;  ///< of the most frequent class of the training images
    double loss = 0;      ///< in nats: the lesser of those of equal probabilities and of the training images' shares

    /// By accuracy and by loss, the latter by more than rounding.
    [[nodiscard]] bool beaten_by(double head_accuracy, double head_loss) const;
};

/// Labels are [samples], none negative. Shares are (n_c + 1) / (n + classes), so that no class has probability 0.
[[nodiscard]] ConstantAnswer constant_answer(std::span<const std::int32_t> training,
                                             std::span<const std::int32_t> held_out, std::size_t classes);

}  // namespace exitscope::exits
