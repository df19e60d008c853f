// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/kernels/rearrange.h"

#include <numeric>
#include <string>
#include <utility>

namespace exitscope::engine::kernels {
namespace {

/// Elements between neighbours of each logical axis.
std::vector<std::ptrdiff_t> strides(const model::Shape& shape, const std::vector<std::size_t>& stored)
{
    std::vector<std::ptrdiff_t> result(shape.size());
    std::ptrdiff_t step = 1;
    for (std::size_t d = stored.size(); d-- > 0;) {
        result[stored[d]] = step;
        step *= static_cast<std::ptrdiff_t>(shape[stored[d]]);
    }
    return result;
}

/// source[axis][i]: which input position along the axis output position i shows; -1 = none.
using Positions = std::vector<std::vector<std::int64_t>>;

Positions identity(const model::Shape& out)
{
    Positions positions(out.size());
    for (std::size_t d = 0; d < out.size(); ++d) {
        positions[d].resize(static_cast<std::size_t>(out[d]));
        std::iota(positions[d].begin(), positions[d].end(), std::int64_t{0});
    }
    return positions;
}

/// The input position that a Pad copies to position `at`, counted from the first of `extent` elements; -1 = fill value.
std::int64_t padded_position(const std::string& mode, std::int64_t at, std::int64_t extent)
{
    if (at >= 0 && at < extent)
        return at;
    if (mode == "edge")
        return at < 0 ? 0 : extent - 1;
    if (mode == "reflect")
        return at < 0 ? -at : 2 * (extent - 1) - at;
    if (mode == "wrap")
        return (at % extent + extent) % extent;
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

Rearrangement permutation(const model::Shape& shape, const std::vector<std::size_t>& from,
                          const std::vector<std::size_t>& to)
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

std::optional<Rearrangement> rearrangement(const model::Node& node, std::size_t output_number, const model::Shape& in,
                                           const model::Shape& out, const std::vector<std::size_t>& stored)
{
    Positions positions = identity(out);
    std::vector<std::size_t> axis_of = row_major(out.size());  // input axis that an output axis runs along
    if (node.op == "Slice") {
        const auto axes = node.integers("axes");
        const auto starts = node.integers("starts");
        const auto steps = node.integers("steps", std::vector<std::int64_t>(axes.size(), 1));
        for (std::size_t a = 0; a < axes.size(); ++a)
            for (std::int64_t& position : positions[static_cast<std::size_t>(axes[a])])
                position = starts[a] + position * steps[a];
    } else if (node.op == "Split") {
        const auto axis = static_cast<std::size_t>(node.integer("axis", 0));
        const auto sizes = node.integers("split");
        const std::int64_t start =
            std::accumulate(sizes.begin(), sizes.begin() + static_cast<std::ptrdiff_t>(output_number), std::int64_t{0});
        for (std::int64_t& position : positions[axis])
            position += start;
    } else if (node.op == "Pad") {
        const auto pads = node.integers("pads");
        const std::string mode = node.text("mode", "constant");
        for (std::size_t d = 0; d < out.size(); ++d)
            for (std::int64_t& position : positions[d])
                position = padded_position(mode, position - pads[d], in[d]);
    } else if (node.op == "Tile") {
        for (std::size_t d = 0; d < out.size(); ++d)
            for (std::int64_t& position : positions[d])
                position %= in[d];
    } else if (node.op == "Gather") {
        positions[static_cast<std::size_t>(node.integer("axis", 0))] = node.integers("indices");
    } else if (node.op == "Transpose") {
        const auto order = node.integers("perm");
        for (std::size_t d = 0; d < out.size(); ++d)
            axis_of[d] = static_cast<std::size_t>(order[d]);
    } else {
        return std::nullopt;
    }
    const std::vector<std::ptrdiff_t> steps = strides(in, stored);
    std::vector<Rearrangement::Table> tables;
    for (const std::size_t axis : stored) {
        Rearrangement::Table& table = tables.emplace_back();
        for (const std::int64_t position : positions[axis])
            table.push_back(position < 0 ? Rearrangement::outside
                                         : static_cast<std::ptrdiff_t>(position) * steps[axis_of[axis]]);
    }
    return Rearrangement(std::move(tables));
}

}  // namespace exitscope::engine::kernels
