// SPDX-License-Identifier: GPL-3.0-or-later
// QuantizeLinear and related operators that cannot become part of a stage plan: real arithmetic on whole numbers.
#include <algorithm>
#include <limits>
#include <utility>

#include "core/network/model/lowering.h"
#include "core/network/model/onnx_tensor.h"
#include "core/network/model/quantized_constants.h"

namespace exitscope::model {
namespace {

/// Whole numbers up to here are exact in float32.
constexpr std::int64_t exact_limit = std::int64_t{1} << 24;

struct Bounds {
    float low, high;
};
std::optional<Bounds> bounds(ValueType type)
{
    const std::optional<LevelRange> range = level_range(type.element);
    return range ? std::optional(Bounds{float(range->low), float(range->high)}) : std::nullopt;
}

ValueIndex as_float(Lowering& l, ValueIndex value)
{
    return l.type(value).is_int ? l.cast(value, float_type) : value;
}

/// Reshapes scales or zero points so that they broadcast against a tensor: a single number, one per index along `axis`,
/// or one per block along it.
ValueIndex spread(Lowering& l, ValueIndex values, const Shape& shape, std::int64_t axis, std::int64_t block)
{
    const Shape own = l.shape(values);
    if (element_count(own) == 1)
        return own.empty() ? values : l.reshape(values, {});
    const auto at = static_cast<std::size_t>(axis);
    if (block == 0) {
        Shape column(shape.size(), 1);
        column[at] = element_count(own);
        return l.reshape(values, std::move(column));
    }
    if (own.size() != shape.size())
        throw Lowering::Failure{{ErrorCode::bad_input, {}, "its blocks do not fit its tensor"}};
    Shape split = own;
    split.insert(split.begin() + axis + 1, 1);
    Shape wide = split;
    wide[at + 1] = block;
    Shape joined = own;
    joined[at] *= block;
    const ValueIndex repeated =
        l.reshape(l.apply("Expand", {l.reshape(values, std::move(split)), l.integers(std::move(wide))}), joined);
    return l.apply("Slice", {repeated, l.integers({0}), l.integers({shape[at]}), l.integers({axis})});
}

/// Axis and block size of QuantizeLinear and DequantizeLinear.
Expected<std::pair<std::int64_t, std::int64_t>> axis_of(const NodeContext& context)
{
    const std::int64_t block = context.node.integer("block_size", 0);
    if (element_count(context.shape(1)) == 1)
        return std::pair<std::int64_t, std::int64_t>(0, 0);
    const Expected<std::int64_t> axis = normal_axis(context.node.integer("axis", 1), context.rank(0));
    if (!axis)
        return tl::unexpected<Error>(axis.error());
    if (block < 0 || block > max_extent)
        return bad_input({}, "its block size " + std::to_string(block) + " is impossible");
    return std::pair(*axis, block);
}

/// Rounds real numbers, in units of a grid's scale, to the integers of the grid.
ValueIndex to_grid(Lowering& l, ValueIndex levels, std::optional<ValueIndex> zero, ValueType type, Bounds range)
{
    ValueIndex y = l.apply("Round", {levels});
    if (zero)
        y = l.apply("Add", {y, as_float(l, *zero)});
    return l.cast(l.apply("Clip", {y, l.number(double(range.low)), l.number(double(range.high))}), type);
}

/// The operator `op` on whole numbers, exact: a left operand whose sums could exceed the exact range of float32 is
/// split into 16 * high + low.
ValueIndex whole_sums(Lowering& l, const std::string& op, ValueIndex left, ValueIndex right,
                      const Lowering::Attributes& attributes, std::int64_t depth)
{
    constexpr std::int64_t largest = 255;
    const ValueType sums{true, ElementType::int32};
    const auto product = [&](ValueIndex part) { return l.cast(l.apply(op, {part, right}, attributes), sums); };
    if (depth * largest * largest < exact_limit)
        return product(left);
    if (depth * 16 * largest >= exact_limit)
        throw Lowering::Failure{{ErrorCode::unsupported, {}, "sums of that many products"}};
    const ValueIndex sixteen = l.number(16.0);
    const ValueIndex high = l.apply("Floor", {l.apply("Div", {left, sixteen})});
    const ValueIndex low = l.apply("Sub", {left, l.apply("Mul", {high, sixteen})});
    return l.apply("Add", {l.apply("Mul", {product(high), l.number(16.0, sums)}), product(low)});
}

/// An operand minus its zero points, as floats.
ValueIndex centred(Lowering& l, ValueIndex integers, std::optional<ValueIndex> zero, std::int64_t axis)
{
    const ValueIndex real = as_float(l, integers);
    return zero ? l.apply("Sub", {real, spread(l, as_float(l, *zero), l.shape(integers), axis, 0)}) : real;
}

std::optional<ValueIndex> optional_input(const NodeContext& context, std::size_t position)
{
    return context.has(position) ? context.node.inputs[position] : std::nullopt;
}

/// Exact sums of a convolution of integers; `w` is the position of the weights, which have one zero point per output
/// channel.
ValueIndex convolved(Lowering& l, const NodeContext& context, std::size_t x_zero, std::size_t w, std::size_t w_zero)
{
    const ValueIndex weights = l.input(w);
    const Shape shape = l.shape(weights);
    const std::int64_t depth = shape.empty() || shape[0] == 0 ? 0 : element_count(shape) / shape[0];
    return whole_sums(l, "Conv", centred(l, l.input(0), optional_input(context, x_zero), 1),
                      centred(l, weights, optional_input(context, w_zero), 0), context.node.attributes, depth);
}
ValueIndex multiplied(Lowering& l, const NodeContext& context, std::size_t a_zero, std::size_t b, std::size_t b_zero)
{
    const ValueIndex right = l.input(b);
    if (l.rank(l.input(0)) < 2 || l.rank(right) < 2)
        throw Lowering::Failure{{ErrorCode::unsupported, {}, "a product with a vector"}};
    return whole_sums(l, "MatMul", centred(l, l.input(0), optional_input(context, a_zero), l.rank(l.input(0)) - 2),
                      centred(l, right, optional_input(context, b_zero), l.rank(right) - 1), {},
                      l.shape(l.input(0)).back());
}

/// Ends QLinearConv and QLinearMatMul: sums times (s_x * s_w / s_y), on the grid of inputs 6 and 7.
Expected<void> end_quantized(NodeContext& context, std::int64_t channel_axis,
                             ValueIndex (*sums_of)(Lowering&, const NodeContext&, std::size_t, std::size_t,
                                                   std::size_t))
{
    if (Expected<void> there = context.require_inputs(0, 7); !there)
        return there;
    const ValueType type = context.value(7).type();
    const std::optional<Bounds> range = bounds(type);
    if (!range)
        return unsupported({}, "it quantizes to a type other than 8-bit and 16-bit integers");
    return lower(context, [&](Lowering& l) {
        ValueIndex sums = sums_of(l, context, 2, 3, 5);
        const Shape shape = l.shape(sums);
        const std::int64_t axis = channel_axis < 0 ? l.rank(sums) - 1 : channel_axis;
        if (context.has(8))
            sums = l.apply("Add", {sums, spread(l, l.input(8), shape, axis, 0)});
        const ValueIndex factor = l.apply("Div", {l.apply("Mul", {l.input(1), l.input(4)}), l.input(6)});
        const ValueIndex levels = l.apply("Mul", {l.cast(sums, float_type), spread(l, factor, shape, axis, 0)});
        return std::vector{to_grid(l, levels, spread(l, l.input(7), shape, axis, 0), type, *range)};
    });
}

Expected<void> quantize_linear_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 1); !there)
        return there;
    const std::optional<ValueType> asked = value_type(context.node.integer("output_dtype", 0));
    const ValueType type =
        context.has(2) ? context.value(2).type() : asked.value_or(ValueType{true, ElementType::uint8});
    const std::optional<Bounds> range = bounds(type);
    if (!range)
        return unsupported({}, "it quantizes to a type other than 8-bit and 16-bit integers");
    const auto along = axis_of(context);
    if (!along)
        return tl::unexpected<Error>(along.error());
    return lower(context, [&](Lowering& l) {
        const Shape shape = l.shape(l.input(0));
        const auto fitted = [&](std::size_t i) { return spread(l, l.input(i), shape, along->first, along->second); };
        const ValueIndex levels = l.apply("Div", {as_float(l, l.input(0)), fitted(1)});
        return std::vector{to_grid(l, levels, context.has(2) ? std::optional(fitted(2)) : std::nullopt, type, *range)};
    });
}

Expected<void> dequantize_linear_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 1); !there)
        return there;
    const auto along = axis_of(context);
    if (!along)
        return tl::unexpected<Error>(along.error());
    return lower(context, [&](Lowering& l) {
        const Shape shape = l.shape(l.input(0));
        const auto fitted = [&](std::size_t i) { return spread(l, l.input(i), shape, along->first, along->second); };
        ValueIndex x = as_float(l, l.input(0));
        if (context.has(2))
            x = l.apply("Sub", {x, as_float(l, fitted(2))});
        return std::vector{l.apply("Mul", {x, fitted(1)})};
    });
}

Expected<void> dynamic_quantize_linear_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    return lower(context, [&](Lowering& l) {
        const ValueType bytes{true, ElementType::uint8};
        const Lowering::Attributes whole = {{"keepdims", std::int64_t{0}}};
        const ValueIndex zero = l.number(0.0);
        const ValueIndex low = l.apply("Min", {l.apply("ReduceMin", {l.input(0)}, whole), zero});
        const ValueIndex high = l.apply("Max", {l.apply("ReduceMax", {l.input(0)}, whole), zero});
        const ValueIndex range = l.apply("Div", {l.apply("Sub", {high, low}), l.number(255.0)});
        const ValueIndex scale = l.apply("Max", {range, l.number(double(std::numeric_limits<float>::min()))});
        const Bounds all{0.0F, 255.0F};
        const ValueIndex zero_point =
            to_grid(l, l.apply("Div", {l.apply("Sub", {zero, low}), scale}), std::nullopt, bytes, all);
        const ValueIndex y = to_grid(l, l.apply("Div", {l.input(0), scale}), zero_point, bytes, all);
        return std::vector{y, scale, zero_point};
    });
}

Expected<void> conv_integer_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 1); !there)
        return there;
    return lower(context, [&](Lowering& l) { return std::vector{convolved(l, context, 2, 1, 3)}; });
}

Expected<void> matmul_integer_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 1); !there)
        return there;
    return lower(context, [&](Lowering& l) { return std::vector{multiplied(l, context, 2, 1, 3)}; });
}

Expected<void> qlinear_conv_rule(NodeContext& context)
{
    return end_quantized(context, 1, convolved);
}

Expected<void> qlinear_matmul_rule(NodeContext& context)
{
    return end_quantized(context, -1, multiplied);
}

using enum Takes;

constexpr Operator operators[] = {
    {"ConvInteger", conv_integer_rule, nullptr, integers_too},
    {"DequantizeLinear", dequantize_linear_rule, nullptr, integers_too},
    {"DynamicQuantizeLinear", dynamic_quantize_linear_rule},
    {"MatMulInteger", matmul_integer_rule, nullptr, integers_too},
    {"QLinearConv", qlinear_conv_rule, nullptr, integers_too},
    {"QLinearMatMul", qlinear_matmul_rule, nullptr, integers_too},
    {"QuantizeLinear", quantize_linear_rule, nullptr, integers_too},
};

}  // namespace

std::span<const Operator> integer_operators()
{
    return operators;
}

}  // namespace exitscope::model
