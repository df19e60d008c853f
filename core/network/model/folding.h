// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/network/model/graph.h"

namespace exitscope::model {

/// Row-major strides of `shape`.
[[nodiscard]] std::vector<std::int64_t> row_major_strides(const Shape& shape);

/// Strides with which a tensor of shape `from` is read as the broadcast shape `to` (0 along repeated axes).
[[nodiscard]] std::vector<std::int64_t> broadcast_strides(const Shape& from, const Shape& to);

/// Takes the elements of `source` at offset + index * strides for every index of `shape`, in row-major order.
[[nodiscard]] Tensor strided_copy(const Tensor& source, const Shape& shape, const std::vector<std::int64_t>& strides,
                                  std::int64_t offset = 0);

/// Steps through every index of a shape in row-major order and keeps the matching offset of strided data.
class Walker {
public:
    Walker(const Shape& shape, std::vector<std::int64_t> strides, std::int64_t offset = 0)
        : shape_(shape), strides_(std::move(strides)), index_(shape.size(), 0), offset_(offset)
    {
    }
    [[nodiscard]] std::size_t offset() const { return static_cast<std::size_t>(offset_); }
    void next()
    {
        for (std::size_t axis = shape_.size(); axis-- > 0;) {
            offset_ += strides_[axis];
            if (++index_[axis] < shape_[axis])
                return;
            offset_ -= strides_[axis] * shape_[axis];
            index_[axis] = 0;
        }
    }

private:
    const Shape& shape_;
    std::vector<std::int64_t> strides_;
    std::vector<std::int64_t> index_;
    std::int64_t offset_;
};

/// A tensor of zeros with the shape `shape` and the element type of `type`.
[[nodiscard]] Tensor empty_like(const Tensor& type, const Shape& shape);

template <class T>
std::vector<T>& elements_of(Tensor& tensor)
{
    if constexpr (std::is_same_v<T, float>)
        return tensor.floats;
    else
        return tensor.ints;
}

template <class T>
const std::vector<T>& elements_of(const Tensor& tensor)
{
    if constexpr (std::is_same_v<T, float>)
        return tensor.floats;
    else
        return tensor.ints;
}

/// Calls visit(vector) with the one of the tensor's two vectors that holds its elements.
template <class Visitor>
decltype(auto) visit_elements(const Tensor& tensor, Visitor&& visit)
{
    return tensor.is_int ? std::forward<Visitor>(visit)(tensor.ints) : std::forward<Visitor>(visit)(tensor.floats);
}

}  // namespace exitscope::model
