// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/index.h"

namespace exitscope {

/// A partition of the positions 0 to samples - 1 into two parts, each in ascending order and not empty.
struct SplitPositions {
    std::vector<SampleIndex> fit;
    std::vector<SampleIndex> test;
};
/// Draws the partition at random; `fit_fraction` in (0,1) is the share of `fit`. `name` names the data in messages.
/// Errors: fraction outside (0,1), fewer than two samples.
[[nodiscard]] Expected<SplitPositions> split_positions(std::size_t samples, double fit_fraction, std::uint64_t seed,
                                                       std::string_view name);

}  // namespace exitscope
