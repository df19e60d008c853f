// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/operators.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <string>

namespace exitscope::model {
namespace {

/// A constant input that holds one number; nothing when the input is absent.
Expected<std::optional<float>> scalar(const NodeContext& context, std::size_t input)
{
    using Result = std::optional<float>;
    if (!context.has(input))
        return Result();
    const Tensor* tensor = context.constant(input);
    if (!tensor)
        return unsupported({}, "its bounds are computed from the data");
    if (tensor->floats.size() == 1)
        return Result(tensor->floats.front());
    if (tensor->ints.size() == 1)
        return Result(static_cast<float>(tensor->ints.front()));
    return bad_input({}, "its bounds are not single numbers");
}

}  // namespace

Expected<void> unary_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    context.shapes = {context.shape(0)};
    return {};
}

Expected<void> alpha_rule(NodeContext& context)
{
    const float fallback = context.node.op == "Elu" ? 1.0F : 0.01F;
    context.node.attributes["alpha"] = context.node.number("alpha", fallback);
    return unary_rule(context);
}

Expected<void> hard_sigmoid_rule(NodeContext& context)
{
    context.node.attributes["alpha"] = context.node.number("alpha", 0.2F);
    context.node.attributes["beta"] = context.node.number("beta", 0.5F);
    return unary_rule(context);
}

Expected<void> clip_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const auto lowest = scalar(context, 1);
    const auto highest = scalar(context, 2);
    if (!lowest || !highest)
        return tl::unexpected<Error>(lowest ? highest.error() : lowest.error());
    constexpr float largest = std::numeric_limits<float>::max();
    context.node.attributes["min"] = lowest->value_or(context.node.number("min", -largest));
    context.node.attributes["max"] = highest->value_or(context.node.number("max", largest));
    context.node.inputs.resize(1);
    context.shapes = {context.shape(0)};
    return {};
}

Expected<void> broadcast_rule(NodeContext& context)
{
    const std::string& op = context.node.op;
    const bool any_number = op == "Sum" || op == "Max" || op == "Min";
    const std::size_t inputs = context.node.inputs.size();
    if (inputs == 0 || (!any_number && inputs != 2))
        return bad_input({}, "it has " + std::to_string(inputs) + " inputs");
    if (Expected<void> there = context.require_inputs(0, inputs - 1); !there)
        return there;
    if (op == "Pow" && context.constant(1) && context.value(1).is_int && !context.value(0).is_int) {
        Tensor exponent;
        exponent.shape = context.shape(1);
        exponent.floats.assign(context.constant(1)->ints.begin(), context.constant(1)->ints.end());
        context.node.inputs[1] = context.add_constant(std::move(exponent), context.node.name + "/exponent");
    }
    Shape shape = context.shape(0);
    for (std::size_t i = 1; i < inputs; ++i) {
        const std::optional<Shape> both = broadcast(shape, context.shape(i));
        if (!both)
            return bad_input({}, "the shapes " + to_text(shape) + " and " + to_text(context.shape(i)) + " do not fit");
        if (context.value(i).is_int != context.value(0).is_int)
            return unsupported({}, "it mixes integers with floats");
        shape = *both;
    }
    context.shapes = {std::move(shape)};
    if (inputs == 1)
        context.results = {*context.node.inputs[0]};
    return {};
}

Expected<void> batch_normalization_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 4); !there)
        return there;
    if (context.node.integer("training_mode", 0) != 0 || context.node.integer("spatial", 1) != 1)
        return unsupported({}, "training mode, or statistics for every position");
    if (context.rank(0) < 2)
        return bad_input({}, "its input " + to_text(context.shape(0)) + " has no channels");
    for (std::size_t i = 1; i <= 4; ++i) {
        const Tensor* tensor = context.constant(i);
        if (!tensor)
            return unsupported({}, "its statistics are computed from the data");
        if (tensor->is_int || tensor->shape != Shape{context.shape(0)[1]})
            return bad_input({}, "its input " + std::to_string(i) + " " + to_text(tensor->shape) +
                                     " is not one value a channel of " + to_text(context.shape(0)));
    }
    context.node.attributes = {{"epsilon", context.node.number("epsilon", 1e-5F)}};
    context.shapes = {context.shape(0)};
    return {};
}

/// Until opset 12 Softmax works on the rows of a matrix: the axes from `axis` on, flattened.
Expected<void> softmax_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const bool rows = context.opset < 13;
    const Shape shape = context.shape(0);
    Expected<std::int64_t> axis = normal_axis(context.node.integer("axis", rows ? 1 : -1), context.rank(0));
    if (!axis)
        return forward(axis);
    context.shapes = {shape};
    const auto first = shape.begin() + static_cast<std::ptrdiff_t>(*axis);
    if (!rows || (*axis > 0 && std::all_of(first + 1, shape.end(), [](std::int64_t extent) { return extent == 1; }))) {
        context.node.attributes = {{"axis", *axis}};
        return {};
    }
    if (!checked_element_count(shape, max_flowing_elements))
        return bad_input({}, "its input " + to_text(shape) + " is too large");
    const Shape matrix{std::accumulate(shape.begin(), first, std::int64_t{1}, std::multiplies<>()),
                       std::accumulate(first, shape.end(), std::int64_t{1}, std::multiplies<>())};
    const ValueIndex flat = context.add_node("Reshape", {context.node.inputs[0]}, {{"shape", matrix}}, matrix);
    const ValueIndex normalised = context.add_node(context.node.op, {flat}, {{"axis", std::int64_t{1}}}, matrix);
    context.node.op = "Reshape";
    context.node.inputs = {normalised};
    context.node.attributes = {{"shape", shape}};
    return {};
}

Expected<void> reduce_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    if (context.node.op == "ReduceProd" && !context.constant(0))
        return unsupported({}, "it is supported on constants only");
    const auto given = context.integers("axes", 1);
    if (!given)
        return tl::unexpected<Error>(given.error());
    std::vector<std::int64_t> wanted = given->value_or(std::vector<std::int64_t>{});
    if (wanted.empty() && context.node.integer("noop_with_empty_axes", 0) != 0) {
        context.results = {*context.node.inputs[0]};
        return {};
    }
    if (wanted.empty()) {
        wanted.resize(context.shape(0).size());
        std::iota(wanted.begin(), wanted.end(), 0);
    }
    Expected<std::vector<std::int64_t>> axes = normal_axes(wanted, context.rank(0));
    if (!axes)
        return forward(axes);
    const bool keep = context.node.integer("keepdims", 1) != 0;
    Shape shape;
    for (std::size_t i = 0; i < context.shape(0).size(); ++i) {
        if (!std::binary_search(axes->begin(), axes->end(), static_cast<std::int64_t>(i)))
            shape.push_back(context.shape(0)[i]);
        else if (keep)
            shape.push_back(1);
    }
    context.node.attributes = {{"axes", std::move(*axes)}, {"keepdims", std::int64_t{keep}}};
    context.node.inputs.resize(1);
    context.shapes = {std::move(shape)};
    return {};
}

}  // namespace exitscope::model
