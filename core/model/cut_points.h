// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/graph.h"

namespace exitscope::model {

/// A feature map through which everything that follows must pass: a place where an exit can be attached so that the
/// rest of the network resumes from this tensor alone.
struct CutPoint {
    ValueIndex value;
    std::string tensor;                ///< its name in the file
    std::int64_t cumulative_macs = 0;  ///< MACs, per image, of all nodes that it depends on
    Shape shape;                       ///< [batch, channels, height, width]
};

/// Cut points of a specialise()d graph in order of cost, the input excluded. A linear sweep over the topological order:
/// a value is a cut point when, after its node has run, no other value that flows is still needed. Of several at
/// the same cost (a convolution, its activation) the last is kept.
[[nodiscard]] std::vector<CutPoint> cut_points(const Graph& graph);

}  // namespace exitscope::model
