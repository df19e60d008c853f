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

/// A OneHot with more classes than this is refused as damaged.
constexpr double max_classes = 1 << 24;

/// Checks that the inputs are data and integer indices; returns the axis that the indices count along.
Expected<std::int64_t> check_indexed(const NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 1); !there)
        return forward(there);
    if (!context.value(1).is_int)
        return bad_input({}, "its indices are not integers");
    return normal_axis(context.node.integer("axis", 0), context.rank(0));
}

Expected<std::string> scatter_mode(const NodeContext& context)
{
    const std::string mode = context.node.text("reduction", "none");
    for (const char* known : {"none", "add", "mul", "max", "min"})
        if (mode == known)
            return mode;
    return bad_input({}, "its reduction is '" + mode + "'");
}

/// Constant indices become the attribute `indices` of a Gather along one axis of as many elements; a Reshape behind it
/// gives them their own axes.
Expected<void> gather_rule(NodeContext& context)
{
    if (!context.has(1) && context.node.attributes.contains("indices")) {
        Shape shape = context.shape(0);
        shape[static_cast<std::size_t>(context.node.integer("axis", 0))] =
            static_cast<std::int64_t>(context.node.integers("indices").size());
        context.shapes = {std::move(shape)};
        return {};
    }
    const Expected<std::int64_t> axis = check_indexed(context);
    if (!axis)
        return tl::unexpected<Error>(axis.error());
    const Shape data = context.shape(0);
    const Shape positions = context.shape(1);
    Shape shape(data.begin(), data.begin() + *axis);
    shape.insert(shape.end(), positions.begin(), positions.end());
    shape.insert(shape.end(), data.begin() + *axis + 1, data.end());
    if (!checked_element_count(shape, max_flowing_elements))
        return bad_input({}, "its result would have the absurd shape " + to_text(shape));
    const Tensor* indices = context.constant(1);
    if (!indices) {
        context.node.attributes = {{"axis", *axis}};
        context.shapes = {std::move(shape)};
        return {};
    }
    Integers normal;
    for (const std::int64_t index : indices->ints) {
        const Expected<std::int64_t> position = normal_axis(index, data[static_cast<std::size_t>(*axis)]);
        if (!position)
            return bad_input({}, "its index " + std::to_string(index) + " is outside " + to_text(data));
        normal.push_back(*position);
    }
    return lower(context, [&](Lowering& lowering) {
        const ValueIndex taken =
            lowering.apply("Gather", {lowering.input(0)}, {{"axis", *axis}, {"indices", std::move(normal)}});
        return std::vector{positions.size() == 1 ? taken : lowering.reshape(taken, shape)};
    });
}

Expected<void> gather_elements_rule(NodeContext& context)
{
    const Expected<std::int64_t> axis = check_indexed(context);
    if (!axis)
        return tl::unexpected<Error>(axis.error());
    const Shape& data = context.shape(0);
    const Shape& indices = context.shape(1);
    bool fits = indices.size() == data.size();
    for (std::size_t d = 0; fits && d < data.size(); ++d)
        fits = static_cast<std::int64_t>(d) == *axis || indices[d] <= data[d];
    if (!fits)
        return bad_input({}, "its indices " + to_text(indices) + " do not fit its data " + to_text(data));
    context.node.attributes = {{"axis", *axis}};
    context.shapes = {indices};
    return {};
}

Expected<void> gather_nd_rule(NodeContext& context)
{
    if (const Expected<std::int64_t> checked = check_indexed(context); !checked && context.rank(0) > 0)
        return tl::unexpected<Error>(checked.error());
    const Shape& data = context.shape(0);
    const Shape& indices = context.shape(1);
    const std::int64_t batch = context.node.integer("batch_dims", 0);
    const std::int64_t depth = indices.empty() ? 0 : indices.back();
    if (batch < 0 || depth < 1 || batch >= context.rank(1) || depth > context.rank(0) - batch ||
        !std::equal(data.begin(), data.begin() + batch, indices.begin()))
        return bad_input({}, "its indices " + to_text(indices) + " do not fit its data " + to_text(data));
    Shape shape(indices.begin(), indices.end() - 1);
    shape.insert(shape.end(), data.begin() + batch + depth, data.end());
    context.node.attributes = {{"batch_dims", batch}};
    context.shapes = {std::move(shape)};
    return {};
}

Expected<void> scatter_elements_rule(NodeContext& context)
{
    const Expected<std::int64_t> axis = check_indexed(context);
    const Expected<std::string> mode = scatter_mode(context);
    if (!axis || !mode)
        return tl::unexpected<Error>(axis ? mode.error() : axis.error());
    const Shape& data = context.shape(0);
    const Shape& indices = context.shape(1);
    bool fits = context.has(2) && indices.size() == data.size() && context.shape(2) == indices &&
                context.value(2).is_int == context.value(0).is_int;
    for (std::size_t d = 0; fits && d < data.size(); ++d)
        fits = static_cast<std::int64_t>(d) == *axis || indices[d] <= data[d];
    if (!fits)
        return bad_input({}, "its indices or updates do not fit its data " + to_text(data));
    context.node.op = "ScatterElements";
    context.node.attributes = {{"axis", *axis}, {"reduction", *mode}};
    context.shapes = {data};
    return {};
}

Expected<void> scatter_nd_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 2); !there)
        return there;
    const Expected<std::string> mode = scatter_mode(context);
    if (!mode)
        return tl::unexpected<Error>(mode.error());
    const Shape& data = context.shape(0);
    const Shape& indices = context.shape(1);
    const std::int64_t depth = indices.empty() ? 0 : indices.back();
    if (depth < 1 || depth > context.rank(0) || !context.value(1).is_int)
        return bad_input({}, "its indices " + to_text(indices) + " do not fit its data " + to_text(data));
    Shape updates(indices.begin(), indices.end() - 1);
    updates.insert(updates.end(), data.begin() + depth, data.end());
    if (context.shape(2) != updates || context.value(2).is_int != context.value(0).is_int)
        return bad_input({}, "its updates " + to_text(context.shape(2)) + " are not " + to_text(updates));
    context.node.attributes = {{"reduction", *mode}};
    context.shapes = {data};
    return {};
}

/// Indices compared with 0 .. depth-1 choose between the two values.
Expected<void> one_hot_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 2); !there)
        return there;
    const Tensor* given = context.constant(1);
    if (!given)
        return unsupported({}, "its depth is computed from the data");
    const bool one = given->ints.size() + given->floats.size() == 1;
    const double depth = !one ? 0 : given->is_int ? double(given->ints[0]) : double(given->floats[0]);
    if (!(depth >= 1 && depth <= max_classes) || context.shape(2) != Shape{2})
        return bad_input({}, "its depth or its values have the wrong shape or type");
    const auto classes = static_cast<std::int64_t>(depth);
    const Expected<std::int64_t> axis = normal_axis(context.node.integer("axis", -1), context.rank(0) + 1);
    if (!axis)
        return tl::unexpected<Error>(axis.error());
    return lower(context, [&](Lowering& lowering) {
        ValueIndex indices = lowering.input(0);
        if (!lowering.type(indices).is_int)
            indices = lowering.cast(indices, int_type);
        const ValueIndex negative = lowering.apply("Less", {indices, lowering.number(0, int_type)});
        const ValueIndex shifted = lowering.apply("Add", {indices, lowering.number(depth, int_type)});
        const ValueIndex column = lowering.apply("Unsqueeze", {lowering.apply("Where", {negative, shifted, indices})},
                                                 {{"axes", Integers{*axis}}});
        Integers positions(static_cast<std::size_t>(classes));
        std::iota(positions.begin(), positions.end(), 0);
        Shape along(static_cast<std::size_t>(lowering.rank(column)), 1);
        along[static_cast<std::size_t>(*axis)] = classes;
        const ValueIndex hot =
            lowering.apply("Equal", {column, lowering.reshape(lowering.integers(std::move(positions)), along)});
        const auto value = [&](std::int64_t position) {
            return lowering.apply("Slice", {lowering.input(2)},
                                  {{"starts", Integers{position}}, {"ends", Integers{position + 1}}});
        };
        return std::vector{lowering.apply("Where", {hot, value(1), value(0)})};
    });
}

using enum Takes;

constexpr Operator operators[] = {
    {"Gather", gather_rule, fold_gather, integers_too},
    {"GatherElements", gather_elements_rule, nullptr, integers_too},
    {"GatherND", gather_nd_rule, nullptr, integers_too},
    {"OneHot", one_hot_rule, nullptr, integers_too},
    {"Scatter", scatter_elements_rule, nullptr, integers_too},
    {"ScatterElements", scatter_elements_rule, nullptr, integers_too},
    {"ScatterND", scatter_nd_rule, nullptr, integers_too},
};

}  // namespace

std::span<const Operator> gather_operators()
{
    return operators;
}

}  // namespace exitscope::model
