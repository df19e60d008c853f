// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/batch_axis.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace exitscope::model {
namespace {

/// The axis of a tensor that holds the batch: its extent is `before` * batch * something.
struct BatchAxis {
    std::int64_t axis = 0;
    std::int64_t before = 1;

    friend bool operator==(const BatchAxis&, const BatchAxis&) = default;
};

enum class Outcome { apart, mixes, unclear };

bool is_one_of(std::string_view op, std::initializer_list<std::string_view> ops)
{
    return std::find(ops.begin(), ops.end(), op) != ops.end();
}

std::int64_t product(const Shape& shape, std::int64_t axes)
{
    std::int64_t all = 1;
    for (std::int64_t a = 0; a < axes; ++a)
        all *= shape[static_cast<std::size_t>(a)];
    return all;
}

std::int64_t rank(const Value& value)
{
    return static_cast<std::int64_t>(value.shape.size());
}

/// Operators that treat every element by itself, or with the elements at the same place of their other inputs.
bool is_elementwise(std::string_view op)
{
    return is_one_of(op, {"Abs",
                          "Acos",
                          "Acosh",
                          "Add",
                          "And",
                          "Asin",
                          "Asinh",
                          "Atan",
                          "Atanh",
                          "BatchNormalization",
                          "BitShift",
                          "BitwiseAnd",
                          "BitwiseNot",
                          "BitwiseOr",
                          "BitwiseXor",
                          "Cast",
                          "Ceil",
                          "Celu",
                          "Clip",
                          "Cos",
                          "Cosh",
                          "Div",
                          "Elu",
                          "Equal",
                          "Erf",
                          "Exp",
                          "Floor",
                          "Gelu",
                          "Greater",
                          "GreaterOrEqual",
                          "HardSigmoid",
                          "HardSwish",
                          "IsInf",
                          "IsNaN",
                          "LeakyRelu",
                          "Less",
                          "LessOrEqual",
                          "Log",
                          "Max",
                          "Min",
                          "Mish",
                          "Mod",
                          "Mul",
                          "Neg",
                          "Not",
                          "Or",
                          "PRelu",
                          "Pow",
                          "QuantizeDequantize",
                          "Reciprocal",
                          "Relu",
                          "Round",
                          "Selu",
                          "Shrink",
                          "Sigmoid",
                          "Sign",
                          "Sin",
                          "Sinh",
                          "Softplus",
                          "Softsign",
                          "Sqrt",
                          "Sub",
                          "Sum",
                          "Swish",
                          "Tan",
                          "Tanh",
                          "ThresholdedRelu",
                          "Where",
                          "Xor"});
}

/// Follows the batch through a graph in topological order.
class Follower {
public:
    Follower(const Graph& graph, std::int64_t batch) : graph_(graph), batch_(batch), outer_(graph.values.size(), none)
    {
        for (const ValueIndex input : graph.inputs)
            outer_[input.at()] = 1;
    }

    [[nodiscard]] Outcome follow(const Node& node)
    {
        bool flows = false;
        for (const auto& input : node.inputs)
            if (input && outer_[input->at()] != none) {
                flows = true;
                if (!axis_of(*input) && node.op != "Reshape")
                    return Outcome::unclear;
            }
        return flows ? by_operator(node) : Outcome::apart;
    }
    /// Whether row i of an output [batch, ...] is of image i.
    [[nodiscard]] bool has_rows(ValueIndex output) const
    {
        const Shape& shape = graph_.value(output).shape;
        return outer_[output.at()] == none || (outer_[output.at()] == 1 && !shape.empty() && shape.front() == batch_);
    }

private:
    static constexpr std::int64_t none = 0;  // of values that do not depend on the images

    [[nodiscard]] const Value& input(const Node& node, std::size_t i) const { return graph_.value(*node.inputs[i]); }
    [[nodiscard]] static bool has(const Node& node, std::size_t i) { return i < node.inputs.size() && node.inputs[i]; }
    [[nodiscard]] bool flows(const Node& node, std::size_t i) const
    {
        return has(node, i) && outer_[node.inputs[i]->at()] != none;
    }

    [[nodiscard]] bool only_first_flows(const Node& node) const
    {
        for (std::size_t i = 1; i < node.inputs.size(); ++i)
            if (flows(node, i))
                return false;
        return flows(node, 0);
    }

    /// nullopt where the batch is spread over several axes.
    [[nodiscard]] std::optional<BatchAxis> axis_of(ValueIndex value) const
    {
        const Shape& shape = graph_.value(value).shape;
        std::int64_t prefix = 1;
        for (std::size_t k = 0; k < shape.size(); ++k) {
            const std::int64_t outer = outer_[value.at()];
            if (prefix < 1 || outer % prefix != 0)
                return std::nullopt;
            const std::int64_t before = outer / prefix;
            if (shape[k] >= before * batch_ && shape[k] % (before * batch_) == 0)
                return BatchAxis{static_cast<std::int64_t>(k), before};
            prefix *= shape[k];
        }
        return std::nullopt;
    }

    void place(ValueIndex output, BatchAxis at)
    {
        outer_[output.at()] = product(graph_.value(output).shape, at.axis) * at.before;
    }
    Outcome place_all(const Node& node, BatchAxis at)
    {
        for (const ValueIndex output : node.outputs)
            place(output, at);
        return Outcome::apart;
    }

    /// Whether a tensor that does not depend on the images, whose axis 0 is axis `shift` of the result, is the same for
    /// every image.
    [[nodiscard]] bool same_for_all(const Value& value, std::int64_t shift, BatchAxis at) const
    {
        const std::int64_t axis = at.axis - shift;
        if (axis < 0 || value.shape[static_cast<std::size_t>(axis)] == 1)
            return true;
        const Tensor* data = value.constant.get();
        const std::int64_t extent = value.shape[static_cast<std::size_t>(axis)];
        if (!data || extent % (at.before * batch_) != 0)
            return false;
        const std::int64_t blocks = product(value.shape, axis) * at.before;
        const auto equal = [&](const auto& elements) {
            const std::int64_t inner = static_cast<std::int64_t>(elements.size()) / (blocks * batch_);
            for (std::int64_t b = 0; b < blocks; ++b) {
                const auto first = elements.begin() + b * batch_ * inner;
                for (std::int64_t i = 1; i < batch_; ++i)
                    if (!std::equal(first, first + inner, first + i * inner))
                        return false;
            }
            return true;
        };
        return data->is_int ? equal(data->ints) : equal(data->floats);
    }

    /// The axis of the result, of `result_rank` axes, that holds the batch when the inputs are laid over each other
    /// from their last axes on; nullopt when they would meet images of different rows. `tail` last axes are left out.
    [[nodiscard]] std::optional<BatchAxis> broadcast(const Node& node, std::int64_t result_rank,
                                                     std::int64_t tail = 0) const
    {
        std::optional<BatchAxis> common;
        for (std::size_t i = 0; i < node.inputs.size(); ++i)
            if (flows(node, i)) {
                BatchAxis at = *axis_of(*node.inputs[i]);
                at.axis += result_rank - rank(input(node, i));
                if (common.value_or(at) != at || at.axis >= result_rank - tail)
                    return std::nullopt;
                common = at;
            }
        for (std::size_t i = 0; common && i < node.inputs.size(); ++i)
            if (has(node, i) && !flows(node, i) &&
                !same_for_all(input(node, i), result_rank - rank(input(node, i)), *common))
                return std::nullopt;
        return common;
    }

    /// Whether a Slice leaves an axis as it is.
    [[nodiscard]] bool keeps_all(const Node& node, std::int64_t axis) const
    {
        const std::vector<std::int64_t> axes = node.integers("axes");
        const auto found = static_cast<std::size_t>(std::find(axes.begin(), axes.end(), axis) - axes.begin());
        return found == axes.size() ||
               (node.integers("starts")[found] == 0 && node.integers("steps")[found] == 1 &&
                node.integers("ends")[found] == input(node, 0).shape[static_cast<std::size_t>(axis)]);
    }

    Outcome along(const Node& node, std::int64_t axis, BatchAxis at)
    {
        return axis == at.axis ? Outcome::mixes : place_all(node, at);
    }

    Outcome by_operator(const Node& node)
    {
        const Value& result = graph_.value(node.outputs.front());
        if (is_elementwise(node.op)) {
            // Scales, bounds and slopes of some are vectors over the channels, not tensors to be laid over the first.
            const bool single = is_one_of(node.op, {"BatchNormalization", "QuantizeDequantize", "Clip"});
            const auto at = !single                  ? broadcast(node, rank(result))
                            : only_first_flows(node) ? axis_of(*node.inputs[0])
                                                     : std::nullopt;
            return at ? place_all(node, *at) : Outcome::unclear;
        }
        if (node.op == "Reshape") {
            outer_[node.outputs[0].at()] = outer_[node.inputs[0]->at()];
            return Outcome::apart;
        }
        if (node.op == "MatMul")
            return multiply(node, rank(result));
        if (node.op == "Concat") {
            const auto at = broadcast(node, rank(result));
            return at ? along(node, node.integer("axis", 0), *at) : Outcome::unclear;
        }
        return only_first_flows(node) ? by_data(node, *axis_of(*node.inputs[0])) : Outcome::unclear;
    }

    /// Operators on one tensor that depends on the images.
    Outcome by_data(const Node& node, BatchAxis at)
    {
        const std::string_view op = node.op;
        if (is_one_of(op, {"Conv", "MaxPool", "AveragePool", "LpPool", "GlobalAveragePool", "GlobalMaxPool", "LRN"}))
            return at.axis == 0 ? place_all(node, at) : Outcome::mixes;
        if (op == "Gemm") {
            const bool rows = node.integer("transA", 0) == 0 && at.axis == 0;
            return rows && (!has(node, 2) || same_for_all(input(node, 2), 2 - rank(input(node, 2)), at))
                       ? place_all(node, at)
                       : Outcome::mixes;
        }
        if (is_one_of(op, {"Softmax", "LogSoftmax", "Hardmax", "CumSum", "TopK", "Split", "Resize"}))
            return along(node, node.integer("axis", 0), at);
        if (op == "LayerNormalization")
            return at.axis < node.integer("axis", 0) ? place_all(node, at) : Outcome::mixes;
        if (op == "Slice")
            return keeps_all(node, at.axis) ? place_all(node, at) : Outcome::mixes;
        if (op == "Pad") {
            const std::vector<std::int64_t> pads = node.integers("pads");
            const auto axis = static_cast<std::size_t>(at.axis);
            return pads[axis] == 0 && pads[pads.size() / 2 + axis] == 0 ? place_all(node, at) : Outcome::mixes;
        }
        if (op == "Transpose") {
            const std::vector<std::int64_t> order = node.integers("perm");
            const auto to = std::find(order.begin(), order.end(), at.axis) - order.begin();
            return place_all(node, {to, at.before});
        }
        return by_axis(node, at);
    }

    /// Operators that may change the number of axes.
    Outcome by_axis(const Node& node, BatchAxis at)
    {
        const Value& from = input(node, 0);
        const Value& to = graph_.value(node.outputs.front());
        if (node.op.starts_with("Reduce") || is_one_of(node.op, {"ArgMax", "ArgMin"})) {
            const std::vector<std::int64_t> axes = node.op.starts_with("Reduce")
                                                       ? node.integers("axes")
                                                       : std::vector<std::int64_t>{node.integer("axis", 0)};
            if (std::find(axes.begin(), axes.end(), at.axis) != axes.end())
                return Outcome::mixes;
            const auto below = std::count_if(axes.begin(), axes.end(), [&](auto axis) { return axis < at.axis; });
            return place_all(node, {rank(to) == rank(from) ? at.axis : at.axis - below, at.before});
        }
        if (node.op == "Gather") {
            const std::int64_t axis = node.integer("axis", 0);
            const std::int64_t grown = rank(to) - rank(from);
            return axis == at.axis ? Outcome::mixes
                                   : place_all(node, {at.axis < axis ? at.axis : at.axis + grown, at.before});
        }
        if (node.op == "Tile") {
            const std::int64_t axis = at.axis + rank(to) - rank(from);
            const bool kept = to.shape[static_cast<std::size_t>(axis)] == from.shape[static_cast<std::size_t>(at.axis)];
            return kept ? place_all(node, {axis, at.before}) : Outcome::mixes;
        }
        return Outcome::unclear;
    }

    Outcome multiply(const Node& node, std::int64_t result_rank)
    {
        const std::int64_t rows = result_rank - 2;
        if (flows(node, 0) && flows(node, 1)) {
            const auto at = broadcast(node, result_rank, 2);
            return at ? place_all(node, *at) : Outcome::unclear;
        }
        const std::size_t mine = flows(node, 0) ? 0 : 1;
        BatchAxis at = *axis_of(*node.inputs[mine]);
        at.axis += result_rank - rank(input(node, mine));
        if (at.axis == (mine == 0 ? rows + 1 : rows))  // the axis that is summed over
            return Outcome::mixes;
        const Value& other = input(node, 1 - mine);
        if (at.axis < rows && !same_for_all(other, result_rank - rank(other), at))
            return Outcome::unclear;
        return place_all(node, at);
    }

    const Graph& graph_;
    std::int64_t batch_;
    std::vector<std::int64_t> outer_;
};

}  // namespace

std::optional<Mixing> where_images_mix(const Graph& graph, std::int64_t batch)
{
    Follower follower(graph, batch);
    for (const Node& node : graph.nodes)
        if (const Outcome outcome = follower.follow(node); outcome != Outcome::apart)
            return Mixing{node.name, outcome == Outcome::mixes};
    for (std::size_t o = 0; o < graph.outputs.size(); ++o)
        if (!follower.has_rows(graph.outputs[o]))
            return Mixing{graph.output_names[o], false};
    return std::nullopt;
}

}  // namespace exitscope::model
