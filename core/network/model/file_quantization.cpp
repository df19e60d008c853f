// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/file_quantization.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "core/network/model/fake_quantizers.h"
#include "core/network/model/onnx_tensor.h"
#include "core/network/model/quantized_constants.h"
#include "core/network/model/rebuilt_graph.h"

namespace exitscope::model {
namespace {

constexpr std::string_view contrib = "com.microsoft.";

/// A tensor of integers on one grid, and the real numbers that stand for it.
struct OnGrid {
    ValueIndex real;
    float scale = 1.0F;
    std::int64_t zero_point = 0;
    ElementType type = ElementType::uint8;
    std::optional<ValueIndex> source = {};       ///< what was rounded to the grid
    std::optional<LevelRange> narrowed_to = {};  ///< by a Clip

    [[nodiscard]] LevelRange range() const { return narrowed_to ? *narrowed_to : *level_range(type); }
};

/// Quantized operators that are a float operator between grids. Operands stand as (integers, scale, zero point).
struct QuantizedOperator {
    std::string_view name;
    std::string_view op;
    std::size_t operands;             ///< triples from the first input on
    std::size_t result;               ///< position of the result's scale; its zero point follows
    std::optional<std::size_t> bias;  ///< position of an int32 bias on the grid of the operands' scales
};
constexpr std::array quantized_operators = {
    QuantizedOperator{"QLinearConv", "Conv", 2, 6, 8},
    QuantizedOperator{"QLinearMatMul", "MatMul", 2, 6, {}},
    QuantizedOperator{"com.microsoft.QGemm", "Gemm", 2, 7, 6},
    QuantizedOperator{"com.microsoft.QLinearAdd", "Add", 2, 6, {}},
    QuantizedOperator{"com.microsoft.QLinearMul", "Mul", 2, 6, {}},
    QuantizedOperator{"com.microsoft.QLinearAveragePool", "AveragePool", 1, 3, {}},
    QuantizedOperator{"com.microsoft.QLinearGlobalAveragePool", "GlobalAveragePool", 1, 3, {}},
    QuantizedOperator{"com.microsoft.QLinearLeakyRelu", "LeakyRelu", 1, 3, {}},
    QuantizedOperator{"com.microsoft.QLinearSigmoid", "Sigmoid", 1, 3, {}},
    QuantizedOperator{"com.microsoft.QLinearSoftmax", "Softmax", 1, 3, {}},
};

/// Operators that only move or select elements of their first input.
constexpr std::array<std::string_view, 14> moves = {"DepthToSpace", "Dropout",   "Expand",    "Flatten",     "Gather",
                                                    "Identity",     "MaxPool",   "Pad",       "Reshape",     "Slice",
                                                    "Squeeze",      "Transpose", "Unsqueeze", "SpaceToDepth"};

class Unifier : RebuiltGraph {
public:
    using RebuiltGraph::RebuiltGraph;

    Expected<std::string> run()
    {
        if (Expected<void> done = rebuild([this](Node node) { return rewrite(std::move(node)); }); !done)
            return forward(done);
        return fake_form_.empty() ? (operators_ ? "QOperator" : "QDQ") : fake_form_;
    }

private:
    /// Scale and zero point (absent = 0 of `otherwise`) where both are one constant number.
    std::optional<OnGrid> grid(const Node& node, std::size_t scale, std::size_t zero, ElementType otherwise) const
    {
        const Tensor* by = constant(node, scale);
        const Tensor* from = constant(node, zero);
        if (!by || by->is_int || by->floats.size() != 1 || !std::isfinite(by->floats[0]) || by->floats[0] <= 0.0F ||
            (has(node, zero) && (!from || !from->is_int || from->ints.size() != 1)))
            return std::nullopt;
        OnGrid made{{}, by->floats[0], from ? from->ints[0] : 0, from ? from->element : otherwise, {}, {}};
        const std::optional<LevelRange> range = level_range(made.type);
        return range && made.zero_point >= range->low && made.zero_point <= range->high ? std::optional(made)
                                                                                        : std::nullopt;
    }

    // Values on grids

    /// Makes `output` the integers of `source` on a grid, kept as real numbers too.
    void place_on_grid(const Node& origin, ValueIndex source, OnGrid grid, ValueIndex output)
    {
        const LevelRange range = grid.range();
        grid.source = source;
        grid.real =
            add("QuantizeDequantize", origin, {source},
                {{"scale", grid.scale}, {"zero_point", grid.zero_point}, {"low", range.low}, {"high", range.high}},
                new_value(graph().value(output).name + "/real"));
        keep_integers(origin, grid, output);
    }
    /// The integers themselves, for what reads them as such.
    void keep_integers(const Node& origin, const OnGrid& grid, ValueIndex output)
    {
        Tensor scale;
        scale.floats = {grid.scale};
        Tensor zero;
        zero.is_int = true;
        zero.element = grid.type;
        zero.ints = {grid.zero_point};
        const ValueIndex by = new_value(origin.name + "/scale");
        const ValueIndex from = new_value(origin.name + "/zero_point");
        set_constant(by, std::move(scale));
        set_constant(from, std::move(zero));
        add("QuantizeLinear", origin, {grid.real, by, from}, {}, output);
        on_grid_[output] = grid;
    }
    const OnGrid* known(const Node& node, std::size_t input) const
    {
        const auto found = has(node, input) ? on_grid_.find(*node.inputs[input]) : on_grid_.end();
        return found == on_grid_.end() ? nullptr : &found->second;
    }

    /// The real numbers of the operand (integers, scale, zero point) that begins at `input`.
    Expected<ValueIndex> operand(const Node& node, std::size_t input, std::int64_t axis)
    {
        if (!has(node, input) || !has(node, input + 1))
            return bad_input({}, "its input " + std::to_string(input) + " is missing");
        const OnGrid* bytes = known(node, input);
        const std::optional<OnGrid> read = grid(node, input + 1, input + 2, ElementType::uint8);
        if (bytes && read && read->scale == bytes->scale && read->zero_point == bytes->zero_point)
            return bytes->real;
        Node dequantize;
        dequantize.name = node.name;
        dequantize.op = "DequantizeLinear";
        dequantize.inputs.assign(node.inputs.begin() + static_cast<std::ptrdiff_t>(input),
                                 node.inputs.begin() +
                                     static_cast<std::ptrdiff_t>(std::min(input + 3, node.inputs.size())));
        dequantize.attributes["axis"] = axis;
        const ValueIndex made = new_value(graph().value(*node.inputs[input]).name + "/real");
        dequantize.outputs = {made};
        if (Expected<void> done = dequantize_linear(std::move(dequantize)); !done)
            return forward(done);
        return real(made);
    }

    // Operators

    Expected<void> quantize_linear(Node node)
    {
        const auto type = value_type(node.integer("output_dtype", 0));
        const ElementType otherwise = type && type->is_int ? type->element : ElementType::uint8;
        const Tensor* source = constant(node, 0);
        const Tensor* scales = constant(node, 1);
        if (Expected<void> valid = check_scales(scales, source != nullptr); !valid)
            return valid;
        if (source && scales && (!has(node, 2) || constant(node, 2))) {
            const Tensor* zeros = constant(node, 2);
            Expected<Tensor> made = quantized(node, *source, *scales, zeros, zeros ? zeros->element : otherwise);
            if (!made)
                return forward(made);
            set_constant(node.outputs[0], std::move(*made));
            return {};
        }
        const std::optional<OnGrid> to = has(node, 0) ? grid(node, 1, 2, otherwise) : std::nullopt;
        if (to)
            place_on_grid(node, *node.inputs[0], *to, node.outputs[0]);
        else
            keep(std::move(node));
        return {};
    }

    Expected<void> dequantize_linear(Node node)
    {
        const Tensor* integers = constant(node, 0);
        const Tensor* scales = constant(node, 1);
        if (Expected<void> valid = check_scales(scales, integers != nullptr); !valid)
            return valid;
        if (integers && scales && (!has(node, 2) || constant(node, 2))) {
            Expected<DequantizedConstant> made = dequantized(node, *integers, *scales, constant(node, 2));
            if (!made)
                return forward(made);
            if (const auto clipped = clipped_.find(*node.inputs[0]); clipped != clipped_.end())
                made->stored.bits = bits_of(clipped->second);
            set_constant(node.outputs[0], std::move(made->reals), std::move(made->stored));
            return {};
        }
        const OnGrid* bytes = known(node, 0);
        const std::optional<OnGrid> read = grid(node, 1, 2, ElementType::uint8);
        if (bytes && read && read->scale == bytes->scale && read->zero_point == bytes->zero_point)
            stand_for(node.outputs[0], bytes->real);
        else
            keep(std::move(node));
        return {};
    }
    Expected<void> quantized_operator(const Node& node, const QuantizedOperator& entry)
    {
        operators_ = true;
        if (node.integer("channels_last", 0) != 0)
            return unsupported({}, "tensors with channels last");
        if (Expected<void> valid = check_scales(constant(node, entry.result), false); !valid)
            return valid;
        const bool gemm = entry.op == "Gemm";
        const std::int64_t rows = node.integer("transB", 0) != 0 ? 0 : 1;
        std::vector<std::optional<ValueIndex>> inputs;
        for (std::size_t i = 0; i < entry.operands; ++i) {
            // channels of weights: first axis of a convolution's, last of a product's
            const std::int64_t axis = entry.op == "Conv" ? 0 : gemm ? rows : -1;
            Expected<ValueIndex> real_operand = operand(node, 3 * i, i == 0 ? 1 : axis);
            if (!real_operand)
                return forward(real_operand);
            inputs.emplace_back(*real_operand);
        }
        if (entry.bias && has(node, *entry.bias)) {
            Expected<ValueIndex> bias = real_bias(node, *entry.bias);
            if (!bias)
                return forward(bias);
            inputs.emplace_back(*bias);
        }
        std::map<std::string, Attribute> attributes = node.attributes;
        const ValueIndex result = add(std::string(entry.op), node, std::move(inputs), std::move(attributes));
        finish(node, result, entry.result);
        return {};
    }

    /// Ends a quantized operator on the grid at `scale`; without one the result is real.
    void finish(const Node& node, ValueIndex result, std::size_t scale)
    {
        if (!has(node, scale)) {
            stand_for(node.outputs[0], result);
        } else if (const std::optional<OnGrid> to = grid(node, scale, scale + 1, ElementType::uint8)) {
            place_on_grid(node, result, *to, node.outputs[0]);
        } else {
            std::vector<std::optional<ValueIndex>> inputs{result, node.inputs[scale]};
            if (has(node, scale + 1))
                inputs.push_back(node.inputs[scale + 1]);
            add("QuantizeLinear", node, std::move(inputs), {}, node.outputs[0]);
        }
    }

    Expected<ValueIndex> real_bias(const Node& node, std::size_t input)
    {
        const Tensor* bias = constant(node, input);
        const Tensor* from = constant(node, 1);
        const Tensor* weights = constant(node, 4);
        if (!bias || !from || !weights || !bias->is_int || from->floats.size() != 1 || weights->floats.empty() ||
            (weights->floats.size() != 1 && weights->floats.size() != bias->ints.size()))
            return unsupported({}, "a bias that is not constant or does not fit its scales");
        Tensor real_numbers;
        real_numbers.shape = bias->shape;
        for (std::size_t i = 0; i < bias->ints.size(); ++i)
            real_numbers.floats.push_back(
                static_cast<float>(double(bias->ints[i]) * double(from->floats[0]) *
                                   double(weights->floats[weights->floats.size() == 1 ? 0 : i])));
        const ValueIndex made = new_value(graph().value(*node.inputs[input]).name + "/real");
        set_constant(made, std::move(real_numbers));
        return made;
    }

    /// The range that a Clip between constants leaves of integers; nullopt for other nodes.
    std::optional<LevelRange> clip_range(const Node& node, LevelRange range) const
    {
        if (node.op != "Clip" || node.outputs.size() != 1)
            return std::nullopt;
        for (const std::size_t side : {1, 2}) {
            if (!has(node, side))
                continue;
            const Tensor* bound = constant(node, side);
            if (!bound || !bound->is_int || bound->ints.size() != 1)
                return std::nullopt;
            const std::int64_t limit = narrowed(bound->ints.front(), bound->element);
            (side == 1 ? range.low : range.high) = side == 1 ? std::max(range.low, limit) : std::min(range.high, limit);
        }
        return range.low < range.high ? std::optional(range) : std::nullopt;
    }

    /// A Clip of integers narrows their grid; false when the node is none.
    bool narrow(const Node& node)
    {
        if (const OnGrid* from = known(node, 0)) {
            const std::optional<LevelRange> range = clip_range(node, from->range());
            if (!range || !from->source || from->zero_point < range->low || from->zero_point > range->high)
                return false;
            OnGrid grid = *from;
            grid.narrowed_to = range;
            place_on_grid(node, *from->source, grid, node.outputs[0]);
            return true;
        }
        const Tensor* integers = constant(node, 0);
        const std::optional<LevelRange> whole = integers ? level_range(integers->element) : std::nullopt;
        const std::optional<LevelRange> range = whole ? clip_range(node, *whole) : std::nullopt;
        if (!range)
            return false;
        Tensor clipped = *integers;
        for (std::int64_t& level : clipped.ints)
            level = std::clamp(narrowed(level, clipped.element), range->low, range->high);
        set_constant(node.outputs[0], std::move(clipped));
        clipped_[node.outputs[0]] = *range;
        return true;
    }

    /// Operators of other tools that round real numbers.
    Expected<void> fake_quantizer(const Node& node)
    {
        if (!has(node, 0))
            return bad_input({}, "its input 0 is missing");
        std::vector<const Tensor*> parameters;
        for (std::size_t i = 1; i < node.inputs.size(); ++i)
            parameters.push_back(constant(node, i));
        const Expected<FakeGrid> grid = fake_grid(node, parameters);
        if (!grid)
            return tl::unexpected<Error>(grid.error());
        fake_form_ = fake_quantizer_form(node.op);
        if (const Tensor* tensor = constant(node, 0)) {
            Expected<FakeQuantized> made = fake_quantized(*tensor, *grid);
            if (!made)
                return forward(made);
            set_constant(node.outputs[0], std::move(made->reals), std::move(made->stored));
        } else if (grid->is_simple()) {
            add("QuantizeDequantize", node, {node.inputs[0]},
                {{"scale", grid->scale.floats.front()},
                 {"zero_point", std::int64_t{0}},
                 {"low", grid->low.front()},
                 {"high", grid->high.front()}},
                node.outputs[0]);
        } else {
            round_by_operators(node, *grid);
        }
        return {};
    }

    /// FakeGrid's formula in small steps, for grids that differ from channel to channel or do not contain zero.
    void round_by_operators(const Node& node, const FakeGrid& grid)
    {
        const auto constant_of = [&](const auto& value) {
            Tensor tensor = grid.scale;
            for (std::size_t i = 0; i < tensor.floats.size(); ++i)
                tensor.floats[i] = value(i);
            return new_constant(node, std::move(tensor));
        };
        const auto range = [&](const std::vector<std::int64_t>& ends, std::size_t i) {
            return static_cast<float>(ends[ends.size() == 1 ? 0 : i]);
        };
        const auto scale_at = [&](std::size_t i) { return grid.scale.floats[i]; };
        const ValueIndex zero = new_constant(node, grid.zero);
        if (grid.sign_only) {
            const ValueIndex below = add("Less", node, {node.inputs[0], zero});
            add("Where", node, {below, constant_of([&](std::size_t i) { return -scale_at(i); }), constant_of(scale_at)},
                {}, node.outputs[0]);
            return;
        }
        const ValueIndex divisor = constant_of([&](std::size_t i) { return scale_at(i) > 0 ? scale_at(i) : 1.0F; });
        ValueIndex level = add("Div", node, {add("Sub", node, {node.inputs[0], zero}), divisor});
        level = add("Round", node, {level});
        level = add("Max", node, {level, constant_of([&](std::size_t i) { return range(grid.low, i); })});
        level = add("Min", node, {level, constant_of([&](std::size_t i) { return range(grid.high, i); })});
        add("Add", node, {add("Mul", node, {level, constant_of(scale_at)}), zero}, {}, node.outputs[0]);
    }

    Expected<void> concatenation(const Node& node)
    {
        operators_ = true;
        std::vector<std::optional<ValueIndex>> inputs;
        for (std::size_t i = 2; i < node.inputs.size(); i += 3) {
            Expected<ValueIndex> part = operand(node, i, 1);
            if (!part)
                return forward(part);
            inputs.emplace_back(*part);
        }
        const ValueIndex result = add("Concat", node, std::move(inputs), node.attributes);
        finish(node, result, 0);
        return {};
    }

    /// Operators on integers that mean the same on the real numbers; false for others.
    bool moved(const Node& node)
    {
        const OnGrid* from = known(node, 0);
        if (!from || node.outputs.size() != 1)
            return false;
        Node on_reals = node;
        if (node.op == "Concat") {
            for (std::size_t i = 0; i < node.inputs.size(); ++i) {
                const OnGrid* part = known(node, i);
                if (!part || part->scale != from->scale || part->zero_point != from->zero_point ||
                    part->type != from->type || part->range() != from->range())
                    return false;
                on_reals.inputs[i] = part->real;
            }
        } else if (std::find(moves.begin(), moves.end(), node.op) == moves.end()) {
            return false;
        }
        OnGrid grid = *from;
        on_reals.inputs[0] = grid.real;
        if (node.op == "Pad" && !pad_with_reals(on_reals, grid))
            return false;
        grid.real = new_value(graph().value(node.outputs[0]).name + "/real");
        grid.source = grid.real;
        on_reals.outputs = {grid.real};
        keep(std::move(on_reals));
        keep_integers(node, grid, node.outputs[0]);
        return true;
    }
    bool pad_with_reals(Node& node, const OnGrid& grid)
    {
        std::int64_t level = 0;
        if (has(node, 2)) {
            const Tensor* value = constant(node, 2);
            if (!value || !value->is_int || value->ints.size() != 1)
                return false;
            level = narrowed(value->ints[0], grid.type);
        }
        Tensor fill;
        fill.floats = {static_cast<float>(level - grid.zero_point) * grid.scale};
        const ValueIndex made = new_value(node.name + "/value");
        set_constant(made, std::move(fill));
        node.inputs.resize(std::max<std::size_t>(node.inputs.size(), 3));
        node.inputs[2] = made;
        return true;
    }

    Expected<void> rewrite_known(Node node)
    {
        if (node.op == "Constant") {
            if (const auto found = node.attributes.find("value"); found != node.attributes.end())
                if (const auto* tensor = std::get_if<Tensor>(&found->second)) {
                    set_constant(node.outputs[0], *tensor);
                    return {};
                }
            keep(std::move(node));
            return {};
        }
        if (node.op == "Identity" && constant(node, 0)) {
            stand_for(node.outputs[0], *node.inputs[0]);
            return {};
        }
        const std::string op = node.op;
        const std::string_view plain = op.starts_with(contrib) ? std::string_view(op).substr(contrib.size()) : op;
        if (plain == "QuantizeLinear" || plain == "DequantizeLinear") {
            node.op = plain;
            return plain == "QuantizeLinear" ? quantize_linear(std::move(node)) : dequantize_linear(std::move(node));
        }
        for (const QuantizedOperator& entry : quantized_operators)
            if (entry.name == op)
                return quantized_operator(node, entry);
        if (op == "com.microsoft.QLinearConcat")
            return concatenation(node);
        if (!fake_quantizer_form(op).empty())
            return fake_quantizer(node);
        operators_ = operators_ || op == "ConvInteger" || op == "MatMulInteger";
        if (narrow(node) || moved(node))
            return {};
        if (const OnGrid* bytes = known(node, 0); bytes && (op == "Shape" || op == "Size"))
            node.inputs[0] = bytes->real;
        keep(std::move(node));
        return {};
    }

    Expected<void> rewrite(Node node)
    {
        const std::string name = "the node '" + node.name + "' (" + node.op + ")";
        if (node.outputs.empty()) {
            keep(std::move(node));
            return {};
        }
        Expected<void> done = rewrite_known(std::move(node));
        if (!done && done.error().where.empty())
            return fail(done.error().code, name, done.error().detail);
        return done;
    }

    std::map<ValueIndex, OnGrid> on_grid_;
    std::map<ValueIndex, LevelRange> clipped_;  ///< integer constants that a Clip has narrowed
    std::string fake_form_;
    bool operators_ = false;
};

bool speaks_of_quantization(const Node& node)
{
    constexpr std::array<std::string_view, 6> plain = {"QuantizeLinear", "DequantizeLinear", "QLinearConv",
                                                       "QLinearMatMul",  "ConvInteger",      "MatMulInteger"};
    return std::find(plain.begin(), plain.end(), node.op) != plain.end() || !fake_quantizer_form(node.op).empty() ||
           (node.op.starts_with(contrib) &&
            (node.op.find("QLinear") != std::string::npos || node.op.find("QGemm") != std::string::npos ||
             node.op.find("quantizeLinear") != std::string::npos ||
             node.op.find("QuantizeLinear") != std::string::npos));
}

}  // namespace

Expected<std::string> unify_quantization(Graph& graph)
{
    if (std::none_of(graph.nodes.begin(), graph.nodes.end(), speaks_of_quantization))
        return std::string();
    return Unifier(graph).run();
}

}  // namespace exitscope::model
