// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/network/model/graph.h"

namespace exitscope::model {

/// Whether a value of a specialised graph is put together, by a Concat, from one part for every index along `axis`,
/// perhaps followed by operators that treat the parts alike (Softmax over another axis, element-wise functions).
[[nodiscard]] bool is_stacked(const Graph& graph, ValueIndex value, std::size_t axis);

/// The part of a value at one index along `axis`, without that axis: the value that was stacked, with the
/// operators that followed the Concat; otherwise a Slice. New nodes are added at the end of the graph.
[[nodiscard]] ValueIndex part_of(Graph& graph, ValueIndex value, std::size_t axis, std::int64_t index);

}  // namespace exitscope::model
