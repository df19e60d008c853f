// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/network/model/graph.h"

namespace exitscope::model {

/// Where the images of a batch meet.
struct Mixing {
    std::string node;      ///< name of the node, or of an output whose first axis is not the batch
    bool certain = false;  ///< it computes along the batch; false: an operator whose images cannot be told apart
};

/// The first node of a specialise()d graph at which the images of a batch of `batch` >= 2 influence each other, or may;
/// nullopt when every output [batch, ...] holds in row i what image i alone gives.
///
/// The batch is followed in the row-major order of the elements, as [outer, batch, inner] with a known `outer`: a
/// Reshape leaves it there, a Transpose moves the axis that holds it, and every other operator must leave that axis
/// alone. Windows and heads of attention, which become part of the first axis, so stay apart.
[[nodiscard]] std::optional<Mixing> where_images_mix(const Graph& graph, std::int64_t batch);

}  // namespace exitscope::model
