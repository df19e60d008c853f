// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/operators.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "core/network/model/lowering.h"

namespace exitscope::model {
namespace {

using Integers = Lowering::Integers;

/// [C, 1, 1, ...]: one value per channel, broadcast against [N, C, ...] of `rank` axes.
Integers per_channel(std::int64_t channels, std::int64_t rank)
{
    Integers shape(static_cast<std::size_t>(rank - 1), 1);
    shape[0] = channels;
    return shape;
}

std::int64_t product(const Shape& shape, std::int64_t first, std::int64_t last)
{
    return element_count(Shape(shape.begin() + first, shape.begin() + last));
}

/// scale * (x - mean) / sqrt(variance + epsilon) + bias, each statistic with one value per channel.
ValueIndex normalise(Lowering& lowering, ValueIndex data, const std::vector<ValueIndex>& statistics, float epsilon)
{
    const std::int64_t channels = lowering.shape(data)[1];
    std::vector<ValueIndex> columns;
    columns.reserve(statistics.size());
    for (const ValueIndex value : statistics)
        columns.push_back(lowering.reshape(value, per_channel(channels, lowering.rank(data))));
    const ValueIndex deviation =
        lowering.apply("Sqrt", {lowering.apply("Add", {columns[3], lowering.number(epsilon)})});
    const ValueIndex centred = lowering.apply("Sub", {data, columns[2]});
    const ValueIndex scaled = lowering.apply("Mul", {lowering.apply("Div", {centred, deviation}), columns[0]});
    return lowering.apply("Add", {scaled, columns[1]});
}

/// Y, running mean, running variance (opset 14 and newer).
std::vector<ValueIndex> normalise_in_training(Lowering& lowering, float epsilon, float momentum)
{
    const ValueIndex data = lowering.input(0);
    Integers axes(static_cast<std::size_t>(lowering.rank(data)));
    std::iota(axes.begin(), axes.end(), 0);
    axes.erase(axes.begin() + 1);
    const Lowering::Attributes over{{"axes", axes}, {"keepdims", std::int64_t{0}}};
    const ValueIndex mean = lowering.apply("ReduceMean", {data}, over);
    const ValueIndex centred = lowering.apply(
        "Sub", {data, lowering.reshape(mean, per_channel(lowering.shape(data)[1], lowering.rank(data)))});
    const ValueIndex variance = lowering.apply("ReduceMean", {lowering.apply("Mul", {centred, centred})}, over);
    const auto running = [&](std::size_t input, ValueIndex current) {
        const ValueIndex kept = lowering.apply("Mul", {lowering.input(input), lowering.number(momentum)});
        return lowering.apply("Add", {kept, lowering.apply("Mul", {current, lowering.number(1.0 - momentum)})});
    };
    return {normalise(lowering, data, {lowering.input(1), lowering.input(2), mean, variance}, epsilon),
            running(3, mean), running(4, variance)};
}

Expected<void> batch_normalization_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 4); !there)
        return there;
    const bool training = context.opset >= 14 && context.node.integer("training_mode", 0) != 0;
    if (context.node.integer("spatial", 1) != 1)
        return unsupported({}, "it has statistics for every position");
    if (context.rank(0) < 2)
        return bad_input({}, "its input " + to_text(context.shape(0)) + " has no channels");
    bool flows = training;
    for (std::size_t i = 1; i <= 4; ++i) {
        if (context.value(i).is_int || context.shape(i) != Shape{context.shape(0)[1]})
            return bad_input({}, "its input " + std::to_string(i) + " " + to_text(context.shape(i)) +
                                     " does not have one value per channel of " + to_text(context.shape(0)));
        flows = flows || !context.constant(i);
    }
    const float epsilon = context.node.number("epsilon", 1e-5F);
    const float momentum = context.node.number("momentum", 0.9F);
    if (training)
        return lower(context, [&](Lowering& lowering) { return normalise_in_training(lowering, epsilon, momentum); });
    if (flows)
        return lower(context, [&](Lowering& lowering) {
            return std::vector{normalise(lowering, lowering.input(0),
                                         {lowering.input(1), lowering.input(2), lowering.input(3), lowering.input(4)},
                                         epsilon)};
        });
    context.node.attributes = {{"epsilon", epsilon}};
    context.shapes = {context.shape(0)};
    return {};
}

/// Scale and bias stay inputs of the node where they have the shape of the normalised axes; otherwise they are applied
/// by Mul and Add.
Expected<void> layer_normalization_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const Shape shape = context.shape(0);
    const Expected<std::int64_t> axis = normal_axis(context.node.integer("axis", -1), context.rank(0));
    if (!axis)
        return tl::unexpected<Error>(axis.error());
    const Shape normalised(shape.begin() + *axis, shape.end());
    bool inside = true;
    for (std::size_t i = 1; i <= 2; ++i) {
        if (context.has(i) && broadcast(shape, context.shape(i)) != shape)
            return bad_input({}, "its input " + std::to_string(i) + " " + to_text(context.shape(i)) +
                                     " does not fit its input " + to_text(shape));
        inside = inside && (!context.has(i) || context.shape(i) == normalised);
    }
    const Lowering::Attributes attributes{{"axis", *axis}, {"epsilon", context.node.number("epsilon", 1e-5F)}};
    if (!inside)
        return lower(context, [&](Lowering& lowering) {
            ValueIndex value = lowering.apply("LayerNormalization", {lowering.input(0)}, attributes);
            if (context.has(1))
                value = lowering.apply("Mul", {value, lowering.input(1)});
            if (context.has(2))
                value = lowering.apply("Add", {value, lowering.input(2)});
            return std::vector{value};
        });
    context.node.attributes = attributes;
    Shape statistics = shape;
    std::fill(statistics.begin() + *axis, statistics.end(), 1);
    context.shapes = {shape, statistics, statistics};
    return {};
}

/// x / sqrt(mean of x^2 + epsilon) * scale, the mean over the axes from `axis` on.
Expected<void> rms_normalization_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 1); !there)
        return there;
    const Expected<std::int64_t> axis = normal_axis(context.node.integer("axis", -1), context.rank(0));
    if (!axis)
        return tl::unexpected<Error>(axis.error());
    Integers axes(static_cast<std::size_t>(context.rank(0) - *axis));
    std::iota(axes.begin(), axes.end(), *axis);
    const float epsilon = context.node.number("epsilon", 1e-5F);
    return lower(context, [&](Lowering& lowering) {
        const ValueIndex data = lowering.input(0);
        const ValueIndex square = lowering.apply("ReduceMean", {lowering.apply("Mul", {data, data})},
                                                 {{"axes", axes}, {"keepdims", std::int64_t{1}}});
        const ValueIndex root = lowering.apply("Sqrt", {lowering.apply("Add", {square, lowering.number(epsilon)})});
        return std::vector{lowering.apply("Mul", {lowering.apply("Div", {data, root}), lowering.input(1)})};
    });
}

/// Groups of channels of one image are normalised together; InstanceNormalization has one channel per group.
Expected<void> group_normalization_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 2); !there)
        return there;
    const Shape shape = context.shape(0);
    if (shape.size() < 3)
        return bad_input({}, "its input " + to_text(shape) + " has no channels or no positions");
    const std::int64_t channels = shape[1];
    const bool instance = context.node.op == "InstanceNormalization";
    const std::int64_t groups = instance ? channels : context.node.integer("num_groups", 0);
    if (groups < 1 || channels % groups != 0)
        return bad_input({}, std::to_string(channels) + " channels do not form " + std::to_string(groups) + " groups");
    const bool grouped = !instance && context.opset < 21;  // scale and bias: one value per group
    const Shape wanted{grouped ? groups : channels};
    if (context.shape(1) != wanted || context.shape(2) != wanted)
        return bad_input({}, "its scale or bias is not " + to_text(wanted));
    const float epsilon = context.node.number("epsilon", 1e-5F);
    return lower(context, [&](Lowering& lowering) {
        const Integers rows{shape[0], groups, channels / groups * product(shape, 2, std::int64_t(shape.size()))};
        ValueIndex value = lowering.apply("LayerNormalization", {lowering.reshape(lowering.input(0), rows)},
                                          {{"axis", std::int64_t{2}}, {"epsilon", epsilon}});
        if (!grouped)
            value = lowering.reshape(value, shape);
        const Integers column = per_channel(wanted[0], lowering.rank(value));
        value = lowering.apply("Mul", {value, lowering.reshape(lowering.input(1), column)});
        value = lowering.apply("Add", {value, lowering.reshape(lowering.input(2), column)});
        return std::vector{grouped ? lowering.reshape(value, shape) : value};
    });
}

Expected<void> lrn_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const std::int64_t size = context.node.integer("size", 0);
    if (size < 1 || context.rank(0) < 2)
        return bad_input({}, "its size is " + std::to_string(size) + ", or its input has no channels");
    context.node.attributes = {{"size", size},
                               {"alpha", context.node.number("alpha", 1e-4F)},
                               {"beta", context.node.number("beta", 0.75F)},
                               {"bias", context.node.number("bias", 1.0F)}};
    context.shapes = {context.shape(0)};
    return {};
}

Expected<void> lp_normalization_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const std::int64_t p = context.node.integer("p", 2);
    if (p != 1 && p != 2)
        return bad_input({}, "its p is " + std::to_string(p));
    const Integers axes{context.node.integer("axis", -1)};
    return lower(context, [&](Lowering& lowering) {
        const ValueIndex norm = lowering.apply(p == 1 ? "ReduceL1" : "ReduceL2", {lowering.input(0)},
                                               {{"axes", axes}, {"keepdims", std::int64_t{1}}});
        return std::vector{lowering.apply("Div", {lowering.input(0), norm})};
    });
}

Expected<void> mean_variance_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const Lowering::Attributes over{{"axes", context.node.integers("axes", {0, 2, 3})}, {"keepdims", std::int64_t{1}}};
    return lower(context, [&](Lowering& lowering) {
        const ValueIndex data = lowering.input(0);
        const ValueIndex centred = lowering.apply("Sub", {data, lowering.apply("ReduceMean", {data}, over)});
        const ValueIndex variance = lowering.apply("ReduceMean", {lowering.apply("Mul", {centred, centred})}, over);
        const ValueIndex deviation = lowering.apply("Add", {lowering.apply("Sqrt", {variance}), lowering.number(1e-9)});
        return std::vector{lowering.apply("Div", {centred, deviation})};
    });
}

/// Until opset 12 Softmax works on the rows of a matrix: the axes from `axis` on, flattened.
Expected<void> softmax_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const bool rows = context.opset < 13;
    const Shape shape = context.shape(0);
    const Expected<std::int64_t> axis = normal_axis(context.node.integer("axis", rows ? 1 : -1), context.rank(0));
    if (!axis)
        return tl::unexpected<Error>(axis.error());
    const bool alone = std::all_of(shape.begin() + *axis + 1, shape.end(), [](auto extent) { return extent == 1; });
    if (!rows || (*axis > 0 && alone)) {
        context.node.attributes = {{"axis", *axis}};
        context.shapes = {shape};
        return {};
    }
    return lower(context, [&](Lowering& lowering) {
        const Integers matrix{product(shape, 0, *axis), product(shape, *axis, std::int64_t(shape.size()))};
        const ValueIndex flat = lowering.reshape(lowering.input(0), matrix);
        return std::vector{
            lowering.reshape(lowering.apply(context.node.op, {flat}, {{"axis", std::int64_t{1}}}), shape)};
    });
}

constexpr Operator operators[] = {
    {"BatchNormalization", batch_normalization_rule},
    {"GroupNormalization", group_normalization_rule},
    {"Hardmax", softmax_rule},
    {"InstanceNormalization", group_normalization_rule},
    {"LRN", lrn_rule},
    {"LayerNormalization", layer_normalization_rule},
    {"LogSoftmax", softmax_rule},
    {"LpNormalization", lp_normalization_rule},
    {"MeanVarianceNormalization", mean_variance_rule},
    {"RMSNormalization", rms_normalization_rule},
    {"Softmax", softmax_rule},
};

}  // namespace

std::span<const Operator> normalisation_operators()
{
    return operators;
}

}  // namespace exitscope::model
