// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/index.h"

namespace exitscope {

/// Positions of `samples` samples drawn at random into two parts, each in ascending order and not empty.
/// Errors: fraction outside (0,1), fewer than two samples.
struct SplitPositions {
    std::vector<SampleIndex> fit;
    std::vector<SampleIndex> test;
};
[[nodiscard]] Expected<SplitPositions> split_positions(std::size_t samples, double fit_fraction, std::uint64_t seed,
                                                       std::string_view name);

}  // namespace exitscope
