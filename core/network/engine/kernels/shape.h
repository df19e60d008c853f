// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace exitscope::engine::kernels {

/// Extents of the axes of a tensor, outermost first. Kernels know shapes and plain numbers, not the graph:
/// engine/node_kernels.h reads those off its nodes.
using Shape = std::vector<std::int64_t>;

}  // namespace exitscope::engine::kernels
