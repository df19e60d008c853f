// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/network/model/graph.h"

namespace exitscope::model {

/// A tensor through which everything that follows must pass: a place where an exit can be attached so that the rest of
/// the network resumes from this tensor alone. In a transformer: the residual stream between two blocks.
struct CutPoint {
    ValueIndex value;
    std::string tensor;                ///< its name in the file
    std::int64_t cumulative_macs = 0;  ///< MACs, per image, of all nodes that it depends on
    Shape shape;                       ///< [batch, channels, height, width], [batch, tokens, channels] or
                                       ///< [batch, channels]
};

/// Cut points of a specialise()d graph in order of cost, the input excluded. A linear sweep over the topological order:
/// a value is a cut point when, after its node has run, no other non-constant value is still needed and some MACs are
/// still to come. Of several at the same cost (a convolution, its activation, the same flattened) those of the highest
/// rank are considered, and the last of them is kept.
[[nodiscard]] std::vector<CutPoint> cut_points(const Graph& graph);

/// Cut points whose costs lie nearest to the wanted `shares` (in (0,1), of `total_macs`): one per share as long as
/// there are enough, none twice, in order of cost.
[[nodiscard]] std::vector<CutPoint> nearest_cut_points(const std::vector<CutPoint>& points, std::int64_t total_macs,
                                                       std::vector<double> shares);

/// `count` cut points spread evenly over the cost in front of the last exit: at 1/(count+1), 2/(count+1), ...
[[nodiscard]] std::vector<CutPoint> spread_cut_points(const std::vector<CutPoint>& points, std::int64_t total_macs,
                                                      std::size_t count);

}  // namespace exitscope::model
