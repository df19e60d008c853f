// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "core/network/model/graph.h"

/// Shapes, positions and windows as both parts of the reference see them.
namespace exitscope::tests::reference {

using Position = std::vector<std::int64_t>;
using Reals = std::vector<float>;

/// Every position of a shape in row-major order.
void for_each(const model::Shape& shape, const std::function<void(const Position&)>& visit);
std::size_t offset(const model::Shape& shape, const Position& at);

/// One element of a window: its place in the image and in the kernel.
struct Tap {
    std::int64_t y, x, ky, kx;
    bool inside;
};
std::vector<Tap> taps(const model::Node& node, std::int64_t kh, std::int64_t kw, std::int64_t height,
                      std::int64_t width, std::int64_t oy, std::int64_t ox);

struct PoolShape {
    bool average, include_pads;
    std::int64_t kh, kw;
};
PoolShape pool_shape(const model::Node& node, const model::Shape& in);
/// What an average divides by: with count_include_pad, all taps up to the declared pads.
std::int64_t divisor(const model::Node& node, const PoolShape& pool, const std::vector<Tap>& window,
                     const model::Shape& in);
Reals pooling(const model::Node& node, const model::Shape& in, const Reals& x, const model::Shape& out);

/// Transpose, Slice, Split, Pad.
bool moves_elements(const model::Node& node);
/// Where the element at `at` of output `number` comes from; nothing = padding.
std::optional<Position> source_of(const model::Node& node, std::size_t number, const model::Shape& in, Position at);

template <class T>
std::vector<T> moved(const model::Node& node, std::size_t number, const model::Shape& in, const std::vector<T>& x,
                     const model::Shape& out, T fill)
{
    std::vector<T> result;
    for_each(out, [&](const Position& at) {
        const auto from = source_of(node, number, in, at);
        result.push_back(from ? x[offset(in, *from)] : fill);
    });
    return result;
}

template <class T>
std::vector<T> concatenated(const model::Node& node, const std::vector<model::Shape>& shapes,
                            const std::vector<std::vector<T>>& xs, const model::Shape& out)
{
    const auto axis = static_cast<std::size_t>(node.integer("axis", 0));
    std::vector<T> result;
    for_each(out, [&](const Position& at) {
        Position from = at;
        std::size_t i = 0;
        for (; from[axis] >= shapes[i][axis]; ++i)
            from[axis] -= shapes[i][axis];
        result.push_back(xs[i][offset(shapes[i], from)]);
    });
    return result;
}

}  // namespace exitscope::tests::reference
