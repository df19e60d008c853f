// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "core/network/model/compact.h"
#include "core/network/model/file_quantization.h"

namespace exitscope::model {
namespace {

/// The grid of a QuantizeDequantize node of at most 8 bits; nullopt for other nodes and other widths. A node that uses
/// only a part of its grid ([-7, 7] of 4 bits) is not `whole`.
struct NodeGrid {
    ByteGrid grid;
    bool whole = true;
};
std::optional<NodeGrid> grid_of(const Node& node)
{
    const std::int64_t low = node.integer("low", 0);
    const std::int64_t last = node.integer("high", 0) - low;
    if (node.op != "QuantizeDequantize" || last < 1 || last > 255)
        return std::nullopt;
    const auto bits = static_cast<std::uint8_t>(std::bit_width(static_cast<std::uint64_t>(last)));
    return NodeGrid{{node.number("scale", 1.0F), static_cast<std::int32_t>(node.integer("zero_point", 0) - low), bits},
                    last == (std::int64_t{1} << bits) - 1};
}
/// The same for nodes that use their whole grid.
std::optional<ByteGrid> byte_grid(const Node& node)
{
    const std::optional<NodeGrid> found = grid_of(node);
    return found && found->whole ? std::optional(found->grid) : std::nullopt;
}

class Lifter {
public:
    explicit Lifter(Graph& graph)
        : graph_(graph), readers_(graph.consumers()), is_output_(graph.values.size(), false),
          stands_for_(graph.values.size()), positive_(graph.values.size(), false)
    {
        for (const ValueIndex output : graph.outputs)
            is_output_[output.at()] = true;
    }

    void run()
    {
        std::vector<bool> lifted(graph_.nodes.size(), false);
        for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
            Node& node = graph_.nodes[n];
            for (std::optional<ValueIndex>& input : node.inputs)
                if (input && stands_for_[input->at()])
                    input = *stands_for_[input->at()];
            const std::optional<NodeGrid> found = grid_of(node);
            lifted[n] = found && found->whole && lift(node, found->grid);
            if (lifted[n])
                stands_for_[node.outputs.front().at()] = *node.inputs.front();
            else if (found)
                clamp(node, found->grid);
            if (keeps_sign(node))
                for (const ValueIndex output : node.outputs)
                    positive_[output.at()] = true;
        }
        for (ValueIndex& output : graph_.outputs)
            if (stands_for_[output.at()])
                output = *stands_for_[output.at()];
        std::size_t kept = 0;
        for (std::size_t n = 0; n < graph_.nodes.size(); ++n)
            if (!lifted[n] && kept++ != n)
                graph_.nodes[kept - 1] = std::move(graph_.nodes[n]);
        graph_.nodes.resize(kept);
        compact(graph_);
        carry();
        saturate();
    }

private:
    /// Moves the grid of `node` to the value that it reads; true when the node can then be removed. A grid that begins
    /// at zero acts as an activation on a value that may be negative: such a node stays.
    bool lift(const Node& node, const ByteGrid& grid)
    {
        const ValueIndex source = *node.inputs.front();
        const ValueIndex result = node.outputs.front();
        const StoredQuantization known = stored(source);
        if (known.stream && *known.stream == grid)
            return true;
        if (known.stream || (grid.zero_point == 0 && !positive_[source.at()] && graph_.value(source).producer))
            return false;
        if (!is_output_[source.at()] && !known.operand && read_alike(source, grid)) {
            store(source, {grid, {}, {}});
            positive_[source.at()] = positive_[source.at()] || grid.zero_point == 0;
            return true;
        }
        if (!is_output_[result.at()] && (!known.operand || *known.operand == grid) && read_by_layers(result)) {
            store(source, {{}, grid, {}});
            return true;
        }
        return false;
    }

    /// In real numbers the node is a Clip to the range of its grid.
    void clamp(Node& node, const ByteGrid& grid)
    {
        const std::int64_t zero = node.integer("zero_point", 0);
        const auto low = static_cast<float>(node.integer("low", 0) - zero);
        const auto high = static_cast<float>(node.integer("high", 0) - zero);
        store(node.outputs.front(), {grid, {}, {}});
        node.op = "Clip";
        node.attributes = {{"min", grid.scale * low}, {"max", grid.scale * high}};
    }

    /// Whether the result of `node` is never negative.
    bool keeps_sign(const Node& node) const
    {
        constexpr std::array<std::string_view, 6> always = {"Relu", "Sigmoid", "HardSigmoid", "Softmax", "Exp", "Abs"};
        constexpr std::array<std::string_view, 13> of_such = {
            "Add",     "AveragePool", "Concat",   "GlobalAveragePool", "GlobalMaxPool",
            "MaxPool", "Mul",         "Reshape",  "ReduceMean",        "ReduceMax",
            "Slice",   "Split",       "Transpose"};
        if (std::find(always.begin(), always.end(), node.op) != always.end())
            return true;
        if (node.op == "Clip")
            return node.number("min", -1.0F) >= 0.0F;
        const bool kind = std::find(of_such.begin(), of_such.end(), node.op) != of_such.end() ||
                          (node.op == "Pad" && node.number("value", 0.0F) >= 0.0F);
        return kind && std::all_of(node.inputs.begin(), node.inputs.end(),
                                   [&](const auto& input) { return input && positive_[input->at()]; });
    }

    StoredQuantization stored(ValueIndex value) const
    {
        const auto& known = graph_.value(value).stored;
        return known ? *known : StoredQuantization();
    }
    void store(ValueIndex value, StoredQuantization what)
    {
        graph_.values[value.at()].stored = std::make_shared<const StoredQuantization>(std::move(what));
    }

    /// Whether every reader of the value puts it on this grid first.
    bool read_alike(ValueIndex value, const ByteGrid& grid) const
    {
        const auto& readers = readers_[value.at()];
        return std::all_of(readers.begin(), readers.end(),
                           [&](NodeIndex reader) { return byte_grid(graph_.node(reader)) == grid; });
    }
    /// Whether layers read the value as data to be multiplied with constant weights.
    bool read_by_layers(ValueIndex value) const
    {
        const auto& readers = readers_[value.at()];
        return !readers.empty() && std::all_of(readers.begin(), readers.end(), [&](NodeIndex reader) {
            const Node& node = graph_.node(reader);
            return (node.op == "Conv" || node.op == "Gemm" || node.op == "MatMul") && node.inputs[0] == value &&
                   graph_.value(*node.inputs[1]).constant &&
                   std::count(node.inputs.begin(), node.inputs.end(), std::optional(value)) == 1;
        });
    }

    /// Gives the outputs of operators that only move or select elements the grid of their input.
    void carry()
    {
        for (const Node& node : graph_.nodes) {
            if (!moves_elements(node))
                continue;
            const std::optional<ByteGrid> grid = stored(*node.inputs.front()).stream;
            const bool alike = std::all_of(node.inputs.begin(), node.inputs.end(),
                                           [&](const auto& input) { return !input || stored(*input).stream == grid; });
            for (const ValueIndex output : node.outputs)
                if (grid && alike && !graph_.value(output).stored)
                    store(output, {grid, {}, {}});
        }
    }
    static bool moves_elements(const Node& node)
    {
        return node.op == "MaxPool" || node.op == "GlobalMaxPool" || node.op == "Reshape" || node.op == "Transpose" ||
               node.op == "Slice" || node.op == "Split" || node.op == "Concat" ||
               (node.op == "Pad" && node.number("value", 0.0F) == 0.0F);
    }

    /// Gives a value that only an activation reads the grid of the activation's result: saturation to a grid that
    /// starts at zero is the activation.
    void saturate()
    {
        readers_ = graph_.consumers();
        std::vector<bool> fixed(graph_.values.size(), false);
        for (const ValueIndex value : graph_.outputs)
            fixed[value.at()] = true;
        for (auto node = graph_.nodes.rbegin(); node != graph_.nodes.rend(); ++node) {
            if (!(node->op == "Relu" || (node->op == "Clip" && node->number("min", -1.0F) == 0.0F)))
                continue;
            const ValueIndex in = *node->inputs.front();
            const std::optional<ByteGrid> grid = stored(node->outputs.front()).stream;
            if (grid && grid->zero_point == 0 && !fixed[in.at()] && readers_[in.at()].size() == 1 &&
                !graph_.value(in).stored && !graph_.value(in).constant && graph_.value(in).producer)
                store(in, {grid, {}, {}});
        }
    }

    Graph& graph_;
    std::vector<std::vector<NodeIndex>> readers_;
    std::vector<bool> is_output_;
    std::vector<std::optional<ValueIndex>> stands_for_;
    std::vector<bool> positive_;  ///< by value: never negative
};

}  // namespace

void lift_grids(Graph& graph)
{
    if (std::any_of(graph.nodes.begin(), graph.nodes.end(),
                    [](const Node& node) { return node.op == "QuantizeDequantize"; }))
        Lifter(graph).run();
}

}  // namespace exitscope::model
