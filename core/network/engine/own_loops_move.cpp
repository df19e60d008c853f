// SPDX-License-Identifier: GPL-3.0-or-later
// Elements moved, chosen by indices or joined, whatever their type. An index from the data that lies outside gives
// zero, or is ignored where elements are written.
#include <algorithm>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/network/engine/node_kernels.h"
#include "core/network/engine/own_loops.h"

namespace exitscope::engine {
namespace {

using Integer = std::int64_t;

const model::Shape& shape(const model::Graph& graph, const model::Node& node, std::size_t input)
{
    return graph.value(*node.inputs[input]).shape;
}

/// plan.operator()<float>() or <int64>(), as the node's data is kept.
template <class Plan>
Loop by_type(const model::Graph& graph, const model::Node& node, Plan plan)
{
    return graph.value(*node.inputs[0]).is_int ? plan.template operator()<Integer>()
                                               : plan.template operator()<float>();
}

Integer product(const model::Shape& shape, std::size_t first, std::size_t last)
{
    Integer result = 1;
    for (std::size_t d = first; d < last; ++d)
        result *= shape[d];
    return result;
}

/// Position along an axis of `extent` elements; -1 when it is outside.
Integer position(Integer index, Integer extent)
{
    const Integer at = index < 0 ? index + extent : index;
    return at >= 0 && at < extent ? at : -1;
}

template <class T>
void combine(const std::string& mode, T& into, T value)
{
    using Wrapping = std::conditional_t<std::is_same_v<T, Integer>, std::uint64_t, T>;
    if (mode == "add")
        into = static_cast<T>(static_cast<Wrapping>(into) + static_cast<Wrapping>(value));
    else if (mode == "mul")
        into = static_cast<T>(static_cast<Wrapping>(into) * static_cast<Wrapping>(value));
    else if (mode == "max")
        into = std::max(into, value);
    else if (mode == "min")
        into = std::min(into, value);
    else
        into = value;
}

/// Offset in `data` of the element that entry `at` of `indices` selects along `axis`; -1 when it is outside.
struct ElementIndex {
    model::Shape data, indices;
    std::size_t axis;

    [[nodiscard]] Integer offset(Integer at, Integer index) const
    {
        Integer offset = 0;
        Integer step = 1;
        for (std::size_t d = data.size(); d-- > 0;) {
            const Integer along = d == axis ? position(index, data[d]) : at % indices[d];
            if (along < 0)
                return -1;
            offset += along * step;
            at /= indices[d];
            step *= data[d];
        }
        return offset;
    }
};

/// Offset in the axes of `data` from `first` on of the block that `depth` indices name; -1 when it is outside.
Integer block_offset(const model::Shape& data, std::size_t first, const Integer* indices, std::size_t depth)
{
    Integer offset = 0;
    for (std::size_t d = 0; d < depth; ++d) {
        const Integer along = position(indices[d], data[first + d]);
        if (along < 0)
            return -1;
        offset = offset * data[first + d] + along;
    }
    return offset * product(data, first + depth, data.size());
}

Loop plan_rearrangement(const model::Graph& graph, const model::Node& node)
{
    return by_type(graph, node, [&]<class T>() -> Loop {
        std::vector<kernels::Rearrangement> moves;
        for (std::size_t o = 0; o < node.outputs.size(); ++o) {
            const model::Shape& out = graph.value(node.outputs[o]).shape;
            moves.push_back(*rearrangement(node, o, shape(graph, node, 0), out, kernels::row_major(out.size())));
        }
        const T fill = std::is_same_v<T, float> ? static_cast<T>(node.number("value", 0.0F))
                                                : static_cast<T>(node.integer("value", 0));
        return [moves = std::move(moves), fill](const Operands& o) {
            for (std::size_t i = 0; i < moves.size(); ++i)
                moves[i](o.in<T>(0), o.out<T>(i), fill);
        };
    });
}

Loop plan_concat(const model::Graph& graph, const model::Node& node)
{
    const model::Shape& out = graph.value(node.outputs[0]).shape;
    const auto axis = static_cast<std::size_t>(node.integer("axis", 0));
    const Integer outer = product(out, 0, axis);
    std::vector<Integer> widths;
    for (std::size_t i = 0; i < node.inputs.size(); ++i)
        widths.push_back(product(shape(graph, node, i), axis, out.size()));
    return by_type(graph, node, [&]<class T>() -> Loop {
        return [outer, widths](const Operands& o) {
            T* to = o.out<T>(0);
            for (Integer row = 0; row < outer; ++row)
                for (std::size_t i = 0; i < widths.size(); ++i)
                    to = std::copy_n(o.in<T>(i) + row * widths[i], widths[i], to);
        };
    });
}

Loop plan_gather(const model::Graph& graph, const model::Node& node)
{
    if (node.inputs.size() < 2)
        return plan_rearrangement(graph, node);
    const model::Shape& data = shape(graph, node, 0);
    const auto axis = static_cast<std::size_t>(node.integer("axis", 0));
    const Integer outer = product(data, 0, axis);
    const Integer extent = data[axis];
    const Integer row = product(data, axis + 1, data.size());
    const Integer count = model::element_count(shape(graph, node, 1));
    return by_type(graph, node, [=]<class T>() -> Loop {
        return [=](const Operands& o) {
            const T* from = o.in<T>(0);
            const Integer* indices = o.in<Integer>(1);
            T* to = o.out<T>(0);
            for (Integer block = 0; block < outer; ++block)
                for (Integer i = 0; i < count; ++i) {
                    const Integer at = position(indices[i], extent);
                    to = at < 0 ? std::fill_n(to, row, T{}) : std::copy_n(from + (block * extent + at) * row, row, to);
                }
        };
    });
}

Loop plan_gather_elements(const model::Graph& graph, const model::Node& node)
{
    const ElementIndex where{shape(graph, node, 0), shape(graph, node, 1),
                             static_cast<std::size_t>(node.integer("axis", 0))};
    return by_type(graph, node, [&]<class T>() -> Loop {
        return [where, count = model::element_count(where.indices)](const Operands& o) {
            for (Integer i = 0; i < count; ++i) {
                const Integer at = where.offset(i, o.in<Integer>(1)[i]);
                o.out<T>(0)[i] = at < 0 ? T{} : o.in<T>(0)[at];
            }
        };
    });
}

Loop plan_gather_nd(const model::Graph& graph, const model::Node& node)
{
    const model::Shape data = shape(graph, node, 0);
    const model::Shape& indices = shape(graph, node, 1);
    const auto batch_axes = static_cast<std::size_t>(node.integer("batch_dims", 0));
    const auto depth = static_cast<std::size_t>(indices.back());
    const Integer batches = product(data, 0, batch_axes);
    const Integer batch_size = product(data, batch_axes, data.size());
    const Integer entries = product(indices, batch_axes, indices.size() - 1);
    const Integer block = product(data, batch_axes + depth, data.size());
    return by_type(graph, node, [&]<class T>() -> Loop {
        return [=](const Operands& o) {
            const Integer* index = o.in<Integer>(1);
            T* to = o.out<T>(0);
            for (Integer batch = 0; batch < batches; ++batch)
                for (Integer entry = 0; entry < entries; ++entry, index += depth) {
                    const Integer at = block_offset(data, batch_axes, index, depth);
                    to = at < 0 ? std::fill_n(to, block, T{})
                                : std::copy_n(o.in<T>(0) + batch * batch_size + at, block, to);
                }
        };
    });
}

Loop plan_scatter_elements(const model::Graph& graph, const model::Node& node)
{
    const ElementIndex where{shape(graph, node, 0), shape(graph, node, 1),
                             static_cast<std::size_t>(node.integer("axis", 0))};
    return by_type(graph, node, [&]<class T>() -> Loop {
        return [where, mode = node.text("reduction", "none"), elements = model::element_count(where.data),
                count = model::element_count(where.indices)](const Operands& o) {
            std::copy_n(o.in<T>(0), elements, o.out<T>(0));
            for (Integer i = 0; i < count; ++i)
                if (const Integer at = where.offset(i, o.in<Integer>(1)[i]); at >= 0)
                    combine(mode, o.out<T>(0)[at], o.in<T>(2)[i]);
        };
    });
}

Loop plan_scatter_nd(const model::Graph& graph, const model::Node& node)
{
    const model::Shape data = shape(graph, node, 0);
    const model::Shape& indices = shape(graph, node, 1);
    const auto depth = static_cast<std::size_t>(indices.back());
    const Integer entries = product(indices, 0, indices.size() - 1);
    const Integer block = product(data, depth, data.size());
    return by_type(graph, node, [&]<class T>() -> Loop {
        return [=, mode = node.text("reduction", "none"), elements = model::element_count(data)](const Operands& o) {
            std::copy_n(o.in<T>(0), elements, o.out<T>(0));
            for (Integer entry = 0; entry < entries; ++entry) {
                const Integer at = block_offset(data, 0, o.in<Integer>(1) + entry * static_cast<Integer>(depth), depth);
                for (Integer i = 0; at >= 0 && i < block; ++i)
                    combine(mode, o.out<T>(0)[at + i], o.in<T>(2)[entry * block + i]);
            }
        };
    });
}

constexpr OwnLoop loops[] = {
    {"Concat", plan_concat},        {"Gather", plan_gather},           {"GatherElements", plan_gather_elements},
    {"GatherND", plan_gather_nd},   {"Pad", plan_rearrangement},       {"ScatterElements", plan_scatter_elements},
    {"ScatterND", plan_scatter_nd}, {"Slice", plan_rearrangement},     {"Split", plan_rearrangement},
    {"Tile", plan_rearrangement},   {"Transpose", plan_rearrangement},
};

}  // namespace

std::span<const OwnLoop> move_loops()
{
    return loops;
}

}  // namespace exitscope::engine
