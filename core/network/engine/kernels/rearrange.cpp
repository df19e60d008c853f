// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/kernels/rearrange.h"

#include <numeric>
#include <utility>

namespace exitscope::engine::kernels {
namespace {

/// Elements between neighbours of each logical axis.
std::vector<std::ptrdiff_t> strides(const Shape& shape, const std::vector<std::size_t>& stored)
{
    std::vector<std::ptrdiff_t> result(shape.size());
    std::ptrdiff_t step = 1;
    for (std::size_t d = stored.size(); d-- > 0;) {
        result[stored[d]] = step;
        step *= static_cast<std::ptrdiff_t>(shape[stored[d]]);
    }
    return result;
}

/// The input position that padding copies to position `at`, counted from the first of `extent` elements; -1 = fill
/// value.
std::int64_t padded_position(Padding mode, std::int64_t at, std::int64_t extent)
{
    if (at >= 0 && at < extent)
        return at;
    switch (mode) {
    case Padding::edge: return at < 0 ? 0 : extent - 1;
    case Padding::reflect: return at < 0 ? -at : 2 * (extent - 1) - at;
    case Padding::wrap: return (at % extent + extent) % extent;
    case Padding::constant: break;
    }
    return -1;
}

/// Rows longer than this would not be faster still.
constexpr std::size_t row_limit = 4096;

}  // namespace

Rearrangement::Rearrangement(std::vector<Table> tables) : outer_(std::move(tables)), row_{0}
{
    while (!outer_.empty() && outer_.back().size() * row_.size() <= row_limit) {
        Table merged;
        merged.reserve(outer_.back().size() * row_.size());
        for (const std::ptrdiff_t base : outer_.back())
            for (const std::ptrdiff_t from : row_)
                merged.push_back(base == outside || from == outside ? outside : base + from);
        row_ = std::move(merged);
        outer_.pop_back();
    }
    for (const std::ptrdiff_t from : row_) {
        const bool continues =
            !runs_.empty() && (runs_.back().from == outside
                                   ? from == outside
                                   : from == runs_.back().from + static_cast<std::ptrdiff_t>(runs_.back().count));
        if (continues)
            ++runs_.back().count;
        else
            runs_.push_back({from, 1});
    }
    if (runs_.size() * 8 > row_.size())
        runs_.clear();
}

std::vector<std::size_t> row_major(std::size_t rank)
{
    std::vector<std::size_t> order(rank);
    std::iota(order.begin(), order.end(), std::size_t{0});
    return order;
}

std::vector<std::size_t> channels_last(std::size_t rank)
{
    std::vector<std::size_t> order = row_major(rank);
    if (rank == 4)
        std::rotate(order.begin() + 1, order.begin() + 2, order.end());
    return order;
}

Rearrangement permutation(const Shape& shape, const std::vector<std::size_t>& from, const std::vector<std::size_t>& to)
{
    const std::vector<std::ptrdiff_t> steps = strides(shape, from);
    std::vector<Rearrangement::Table> tables;
    for (const std::size_t axis : to) {
        Rearrangement::Table& table = tables.emplace_back(static_cast<std::size_t>(shape[axis]));
        for (std::size_t i = 0; i < table.size(); ++i)
            table[i] = static_cast<std::ptrdiff_t>(i) * steps[axis];
    }
    return Rearrangement(std::move(tables));
}

Rearrangement selection(const Shape& in, const std::vector<std::size_t>& along, const Positions& positions,
                        const std::vector<std::size_t>& stored)
{
    const std::vector<std::ptrdiff_t> steps = strides(in, stored);
    std::vector<Rearrangement::Table> tables;
    for (const std::size_t axis : stored) {
        Rearrangement::Table& table = tables.emplace_back();
        for (const std::int64_t position : positions[axis])
            table.push_back(position < 0 ? Rearrangement::outside
                                         : static_cast<std::ptrdiff_t>(position) * steps[along[axis]]);
    }
    return Rearrangement(std::move(tables));
}

Rearrangement padding(Padding mode, const Shape& in, const Shape& before, const Shape& after,
                      const std::vector<std::size_t>& stored)
{
    Positions positions(in.size());
    for (std::size_t d = 0; d < in.size(); ++d)
        for (std::int64_t at = -before[d]; at < in[d] + after[d]; ++at)
            positions[d].push_back(padded_position(mode, at, in[d]));
    return selection(in, row_major(in.size()), positions, stored);
}

}  // namespace exitscope::engine::kernels
