// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/random.h"

namespace exitscope::predict {

/// Number of folds for cross-fitting: every sample of the fit split belongs to one fold. A method has one model per
/// fold, fitted without that fold, and then, as the last one, the model fitted on all samples.
inline constexpr std::size_t folds = 5;
inline constexpr std::size_t all_folds = folds;

/// Fold of every sample, the same for every method.
[[nodiscard]] inline std::vector<std::uint8_t> fold_of_samples(std::size_t samples, std::uint64_t seed)
{
    std::vector<std::uint8_t> fold(samples);
    for (std::size_t i = 0; i < samples; ++i)
        fold[i] = static_cast<std::uint8_t>(mix64(mix64(seed) ^ i) % folds);
    return fold;
}

}  // namespace exitscope::predict
