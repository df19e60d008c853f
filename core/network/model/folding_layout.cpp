// SPDX-License-Identifier: GPL-3.0-or-later
// Folding of operators that give constants another shape or order, or select elements by constant indices.
#include <algorithm>

#include "core/network/model/folding.h"
#include "core/network/model/operators.h"

namespace exitscope::model {

Tensor empty_like(const Tensor& type, const Shape& shape)
{
    Tensor result;
    result.shape = shape;
    result.is_int = type.is_int;
    const auto count = static_cast<std::size_t>(element_count(shape));
    if (type.is_int)
        result.ints.resize(count);
    else
        result.floats.resize(count);
    return result;
}

std::vector<std::int64_t> row_major_strides(const Shape& shape)
{
    std::vector<std::int64_t> strides(shape.size());
    std::int64_t stride = 1;
    for (std::size_t axis = shape.size(); axis-- > 0;) {
        strides[axis] = stride;
        stride *= shape[axis];
    }
    return strides;
}

std::vector<std::int64_t> broadcast_strides(const Shape& from, const Shape& to)
{
    const std::vector<std::int64_t> own = row_major_strides(from);
    std::vector<std::int64_t> strides(to.size(), 0);
    const std::size_t offset = to.size() - from.size();
    for (std::size_t axis = 0; axis < from.size(); ++axis)
        strides[offset + axis] = from[axis] == 1 ? 0 : own[axis];
    return strides;
}

Tensor strided_copy(const Tensor& source, const Shape& shape, const std::vector<std::int64_t>& strides,
                    std::int64_t offset)
{
    Tensor result = empty_like(source, shape);
    Walker walker(shape, strides, offset);
    visit_elements(source, [&](const auto& from) {
        using T = typename std::decay_t<decltype(from)>::value_type;
        for (T& element : elements_of<T>(result)) {
            element = from[walker.offset()];
            walker.next();
        }
    });
    return result;
}

Expected<Tensor> fold_reshape(const NodeContext& context)
{
    Tensor result = *context.constant(0);
    result.shape = context.shapes.front();
    return result;
}

Expected<Tensor> fold_transpose(const NodeContext& context)
{
    const Tensor& source = *context.constant(0);
    const std::vector<std::int64_t> own = row_major_strides(source.shape);
    std::vector<std::int64_t> strides;
    for (const std::int64_t axis : context.node.integers("perm"))
        strides.push_back(own[static_cast<std::size_t>(axis)]);
    return strided_copy(source, context.shapes.front(), strides);
}

Expected<Tensor> fold_slice(const NodeContext& context)
{
    const Tensor& source = *context.constant(0);
    std::vector<std::int64_t> strides = row_major_strides(source.shape);
    const std::vector<std::int64_t> axes = context.node.integers("axes");
    const std::vector<std::int64_t> starts = context.node.integers("starts");
    const std::vector<std::int64_t> steps = context.node.integers("steps");
    std::int64_t offset = 0;
    for (std::size_t i = 0; i < axes.size(); ++i) {
        std::int64_t& stride = strides[static_cast<std::size_t>(axes[i])];
        offset += starts[i] * stride;
        stride *= steps[i];
    }
    return strided_copy(source, context.shapes.front(), strides, offset);
}

Expected<Tensor> fold_concat(const NodeContext& context)
{
    const auto axis = static_cast<std::size_t>(context.node.integer("axis", 0));
    const Shape& shape = context.shapes.front();
    Tensor result = empty_like(*context.constant(0), shape);
    const std::int64_t row = row_major_strides(shape)[axis];
    std::int64_t written = 0;
    for (std::size_t i = 0; i < context.node.inputs.size(); ++i) {
        const Tensor& part = *context.constant(i);
        const std::int64_t run = part.shape[axis] * row;
        visit_elements(part, [&](const auto& from) {
            using T = typename std::decay_t<decltype(from)>::value_type;
            std::vector<T>& to = elements_of<T>(result);
            const std::int64_t blocks = run == 0 ? 0 : static_cast<std::int64_t>(from.size()) / run;
            for (std::int64_t block = 0; block < blocks; ++block)
                std::copy_n(from.begin() + block * run, run, to.begin() + block * shape[axis] * row + written);
        });
        written += run;
    }
    return result;
}

Expected<Tensor> fold_tile(const NodeContext& context)
{
    const Tensor& source = *context.constant(0);
    const Shape& shape = context.shapes.front();
    const std::vector<std::int64_t> strides = row_major_strides(source.shape);
    Tensor result = empty_like(source, shape);
    std::vector<std::int64_t> index(shape.size(), 0);
    visit_elements(source, [&](const auto& from) {
        using T = typename std::decay_t<decltype(from)>::value_type;
        for (T& element : elements_of<T>(result)) {
            std::int64_t offset = 0;
            for (std::size_t axis = 0; axis < shape.size(); ++axis)
                offset += index[axis] % source.shape[axis] * strides[axis];
            element = from[static_cast<std::size_t>(offset)];
            for (std::size_t axis = shape.size(); axis-- > 0 && ++index[axis] == shape[axis];)
                index[axis] = 0;
        }
    });
    return result;
}

Expected<Tensor> fold_gather(const NodeContext& context)
{
    const Tensor& source = *context.constant(0);
    const auto axis = static_cast<std::size_t>(context.node.integer("axis", 0));
    const std::vector<std::int64_t> indices = context.node.integers("indices");
    const std::int64_t row = row_major_strides(source.shape)[axis];
    const std::int64_t block = row * source.shape[axis];
    Tensor result = empty_like(source, context.shapes.front());
    visit_elements(source, [&](const auto& from) {
        using T = typename std::decay_t<decltype(from)>::value_type;
        auto to = elements_of<T>(result).begin();
        for (auto start = from.begin(); to != elements_of<T>(result).end(); start += block)
            for (const std::int64_t index : indices)
                to = std::copy_n(start + index * row, row, to);
    });
    return result;
}

}  // namespace exitscope::model
