// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "core/model/graph.h"

namespace exitscope::model {

/// Row-major strides of `shape`.
[[nodiscard]] std::vector<std::int64_t> row_major_strides(const Shape& shape);

/// Strides with which a tensor of shape `from` is read as the broadcast shape `to` (0 along repeated axes).
[[nodiscard]] std::vector<std::int64_t> broadcast_strides(const Shape& from, const Shape& to);

/// Takes the elements of `source` at offset + index * strides for every index of `shape`, in row-major order.
[[nodiscard]] Tensor strided_copy(const Tensor& source, const Shape& shape, const std::vector<std::int64_t>& strides,
                                  std::int64_t offset = 0);

/// Calls visit(elements of a tensor) on whichever of the two vectors is in use.
template <class Visitor>
decltype(auto) visit_elements(const Tensor& tensor, Visitor&& visit)
{
    return tensor.is_int ? std::forward<Visitor>(visit)(tensor.ints) : std::forward<Visitor>(visit)(tensor.floats);
}

}  // namespace exitscope::model
