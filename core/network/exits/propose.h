// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/network/exits/head.h"

namespace exitscope::exits {

/// Largest cost of a convolutional head as a share of the MACs of the whole network.
inline constexpr double largest_head_share = 0.02;

/// The heads worth training on one cut point, cheapest first: every kind that fits the features' shape, with a hidden
/// layer of 128 units or more for many classes. The convolution of `conv` makes a map of 8 x 8 positions (or 4 x 4 for
/// wide inputs) with as many channels as fit largest_head_share of `network_macs`.
[[nodiscard]] std::vector<HeadSpec> propose_heads(const FeatureShape& input, std::size_t classes,
                                                  std::int64_t network_macs);

/// The proposal of one kind; nullopt where it does not fit the features.
[[nodiscard]] std::optional<HeadSpec> propose_head(HeadKind kind, const FeatureShape& input, std::size_t classes,
                                                   std::int64_t network_macs);

}  // namespace exitscope::exits
