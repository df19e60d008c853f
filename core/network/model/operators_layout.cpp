// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/operators.h"

#include <algorithm>
#include <numeric>
#include <string>

#include "core/network/model/lowering.h"

namespace exitscope::model {

Expected<void> identity_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    context.results = {*context.node.inputs[0]};
    return {};
}

namespace {

/// Larger blocks than this are refused as damaged.
constexpr std::int64_t max_block = 1 << 12;

/// Turns the node into Reshape to `shape`.
Expected<void> become_reshape(NodeContext& context, Shape shape)
{
    context.node.op = "Reshape";
    context.node.inputs.resize(1);
    context.node.attributes = {{"shape", shape}};
    context.shapes = {std::move(shape)};
    return {};
}

std::int64_t product(const Shape& shape, std::size_t begin, std::size_t end)
{
    return element_count(
        Shape(shape.begin() + static_cast<std::ptrdiff_t>(begin), shape.begin() + static_cast<std::ptrdiff_t>(end)));
}

/// One axis of a slice, clamped to an axis of `extent` elements; returns how many are taken.
std::int64_t clamp_slice(std::int64_t extent, std::int64_t& start, std::int64_t& end, std::int64_t& step)
{
    if (start < 0)
        start += extent;
    if (end < 0)
        end += extent;
    step = std::clamp(step, -extent - 1, extent + 1);  // a longer step takes one element as well
    if (step > 0) {
        start = std::clamp<std::int64_t>(start, 0, extent);
        end = std::clamp<std::int64_t>(end, start, extent);
        return (end - start + step - 1) / step;
    }
    start = std::clamp<std::int64_t>(start, -1, extent - 1);
    end = std::clamp<std::int64_t>(end, -1, start);
    return (start - end - step - 1) / -step;
}

Expected<void> flatten_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const Shape& shape = context.shape(0);
    const std::int64_t axis = context.node.integer("axis", 1);
    if (axis < -context.rank(0) || axis > context.rank(0))
        return bad_input({}, "its axis " + std::to_string(axis) + " is outside " + to_text(shape));
    const auto cut = static_cast<std::size_t>(axis < 0 ? axis + context.rank(0) : axis);
    return become_reshape(context, {product(shape, 0, cut), product(shape, cut, shape.size())});
}

Expected<void> reshape_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const auto wanted = context.integers("shape", 1);
    if (!wanted)
        return tl::unexpected<Error>(wanted.error());
    if (!*wanted)
        return bad_input({}, "it has no shape to reshape to");
    const Shape& from = context.shape(0);
    Shape to = **wanted;
    const std::string misfit = to_text(from) + " does not fit the shape " + to_text(to);
    const bool zero_is_zero = context.node.integer("allowzero", 0) != 0;
    std::optional<std::size_t> open;
    for (std::size_t i = 0; i < to.size(); ++i) {
        if (to[i] == 0 && !zero_is_zero) {
            if (i >= from.size())
                return bad_input({}, misfit);
            to[i] = from[i];
        } else if (to[i] == -1) {
            if (open)
                return bad_input({}, misfit);
            open = i;
            to[i] = 1;
        }
    }
    const std::int64_t elements = element_count(from);
    const std::optional<std::int64_t> known = checked_element_count(to, max_flowing_elements);
    if (!known || (open ? *known == 0 || elements % *known != 0 : *known != elements))
        return bad_input({}, misfit);
    if (open)
        to[*open] = elements / *known;
    return become_reshape(context, std::move(to));
}

Expected<void> squeeze_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const auto given = context.integers("axes", 1);
    if (!given)
        return tl::unexpected<Error>(given.error());
    const Shape& shape = context.shape(0);
    std::vector<std::int64_t> wanted;
    if (*given) {
        wanted = **given;
    } else {
        for (std::size_t i = context.graph.open_batch && !context.constant(0) ? 1 : 0; i < shape.size(); ++i)
            if (shape[i] == 1)
                wanted.push_back(static_cast<std::int64_t>(i));
    }
    const Expected<std::vector<std::int64_t>> axes = normal_axes(wanted, context.rank(0));
    if (!axes)
        return tl::unexpected<Error>(axes.error());
    Shape result;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (!std::binary_search(axes->begin(), axes->end(), static_cast<std::int64_t>(i)))
            result.push_back(shape[i]);
        else if (shape[i] != 1)
            return bad_input({}, "its axis " + std::to_string(i) + " of " + to_text(shape) + " is not one");
    }
    return become_reshape(context, std::move(result));
}

Expected<void> unsqueeze_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const auto given = context.integers("axes", 1);
    if (!given)
        return tl::unexpected<Error>(given.error());
    if (!*given || (*given)->size() > 16)
        return bad_input({}, "it has no axes, or too many");
    const auto rank = context.rank(0) + static_cast<std::int64_t>((*given)->size());
    const Expected<std::vector<std::int64_t>> axes = normal_axes(**given, rank);
    if (!axes)
        return tl::unexpected<Error>(axes.error());
    Shape result = context.shape(0);
    for (const std::int64_t axis : *axes)
        result.insert(result.begin() + static_cast<std::ptrdiff_t>(axis), 1);
    return become_reshape(context, std::move(result));
}

Expected<void> transpose_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const Shape& shape = context.shape(0);
    std::vector<std::int64_t> order(shape.size());
    std::iota(order.rbegin(), order.rend(), 0);
    order = context.node.integers("perm", order);
    Shape result;
    for (const std::int64_t axis : order)
        if (axis >= 0 && axis < context.rank(0))
            result.push_back(shape[static_cast<std::size_t>(axis)]);
    const Expected<std::vector<std::int64_t>> distinct = normal_axes(order, context.rank(0));
    if (!distinct || result.size() != shape.size())
        return bad_input({}, "its perm does not order the axes of " + to_text(shape));
    context.node.attributes = {{"perm", std::move(order)}};
    context.shapes = {std::move(result)};
    return {};
}

Expected<void> concat_rule(NodeContext& context)
{
    const std::size_t inputs = context.node.inputs.size();
    if (inputs == 0)
        return bad_input({}, "it has no inputs");
    if (Expected<void> there = context.require_inputs(0, inputs - 1); !there)
        return there;
    const Expected<std::int64_t> axis = normal_axis(context.node.integer("axis", 1), context.rank(0));
    if (!axis)
        return tl::unexpected<Error>(axis.error());
    const auto along = static_cast<std::size_t>(*axis);
    Shape result = context.shape(0);
    for (std::size_t i = 1; i < inputs; ++i) {
        Shape shape = context.shape(i);
        if (shape.size() != result.size())
            return bad_input({}, "it joins " + to_text(result) + " and " + to_text(shape));
        if (context.value(i).is_int != context.value(0).is_int)
            return unsupported({}, "it mixes integers with floats");
        const std::int64_t added = shape[along];
        shape[along] = result[along];
        if (shape != result)
            return bad_input({}, "it joins " + to_text(result) + " and " + to_text(context.shape(i)));
        result[along] += added;
    }
    context.node.attributes = {{"axis", *axis}};
    context.shapes = {std::move(result)};
    return {};
}

Expected<void> split_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const Shape& shape = context.shape(0);
    const Expected<std::int64_t> axis = normal_axis(context.node.integer("axis", 0), context.rank(0));
    if (!axis)
        return tl::unexpected<Error>(axis.error());
    const auto given = context.integers("split", 1);
    if (!given)
        return tl::unexpected<Error>(given.error());
    const std::int64_t extent = shape[static_cast<std::size_t>(*axis)];
    const auto count = static_cast<std::int64_t>(context.output_count);
    std::vector<std::int64_t> parts;
    if (*given) {
        parts = **given;
    } else {
        const bool uneven = context.node.attributes.contains("num_outputs");
        const std::int64_t part = uneven ? (extent + count - 1) / count : extent / count;
        for (std::int64_t at = 0; at < count; ++at)
            parts.push_back(std::clamp<std::int64_t>(extent - at * part, 0, part));
        if (!uneven && part * count != extent)
            return bad_input({}, "it cannot cut " + to_text(shape) + " into " + std::to_string(count) + " equal parts");
    }
    std::int64_t rest = extent;
    for (const std::int64_t part : parts) {
        if (part < 0 || part > rest)
            return bad_input({}, "its parts do not add up to axis " + std::to_string(*axis) + " of " + to_text(shape));
        rest -= part;
        context.shapes.push_back(shape);
        context.shapes.back()[static_cast<std::size_t>(*axis)] = part;
        context.types.push_back(context.value(0).type());
    }
    if (rest != 0 || parts.size() != context.output_count)
        return bad_input({}, "its parts do not add up to axis " + std::to_string(*axis) + " of " + to_text(shape));
    context.node.attributes = {{"axis", *axis}, {"split", std::move(parts)}};
    context.node.inputs.resize(1);
    return {};
}

Expected<void> slice_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const auto starts = context.integers("starts", 1);
    const auto ends = context.integers("ends", 2);
    const auto given_axes = context.integers("axes", 3);
    const auto given_steps = context.integers("steps", 4);
    for (const auto* list : {&starts, &ends, &given_axes, &given_steps})
        if (!*list)
            return tl::unexpected<Error>(list->error());
    if (!*starts || !*ends)
        return bad_input({}, "it has no starts or no ends");
    std::vector<std::int64_t> axes(starts->value().size());
    std::iota(axes.begin(), axes.end(), 0);
    axes = given_axes->value_or(axes);
    std::vector<std::int64_t> begin = **starts;
    std::vector<std::int64_t> end = **ends;
    std::vector<std::int64_t> steps = given_steps->value_or(std::vector<std::int64_t>(begin.size(), 1));
    if (end.size() != begin.size() || axes.size() != begin.size() || steps.size() != begin.size())
        return bad_input({}, "its starts, ends, axes and steps differ in number");
    if (const auto distinct = normal_axes(axes, context.rank(0)); !distinct)
        return tl::unexpected<Error>(distinct.error());
    Shape result = context.shape(0);
    for (std::size_t i = 0; i < axes.size(); ++i) {
        if (steps[i] == 0)
            return bad_input({}, "it has a step of zero");
        axes[i] = *normal_axis(axes[i], context.rank(0));
        std::int64_t& extent = result[static_cast<std::size_t>(axes[i])];
        extent = clamp_slice(extent, begin[i], end[i], steps[i]);
    }
    context.node.attributes = {
        {"axes", std::move(axes)}, {"starts", std::move(begin)}, {"ends", std::move(end)}, {"steps", std::move(steps)}};
    context.node.inputs.resize(1);
    context.shapes = {std::move(result)};
    return {};
}

/// Until opset 10 there is no mode: DCR, the blocks' offsets before the channels.
Expected<void> depth_to_space_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const Shape shape = context.shape(0);
    const std::int64_t block = context.node.integer("blocksize", 0);
    const std::string mode = context.node.text("mode", "DCR");
    if (shape.size() != 4 || block < 1 || block > max_block || shape[1] % (block * block) != 0 ||
        (mode != "DCR" && mode != "CRD"))
        return bad_input({}, "blocks of " + std::to_string(block) + " in mode '" + mode + "' do not fit its input " +
                                 to_text(shape));
    const std::int64_t channels = shape[1] / (block * block);
    return lower(context, [&](Lowering& lowering) {
        const bool first = mode == "DCR";
        const Shape parts = first ? Shape{shape[0], block, block, channels, shape[2], shape[3]}
                                  : Shape{shape[0], channels, block, block, shape[2], shape[3]};
        const ValueIndex split = lowering.reshape(lowering.input(0), parts);
        const ValueIndex spread = lowering.transpose(split, first ? Shape{0, 3, 4, 1, 5, 2} : Shape{0, 1, 4, 2, 5, 3});
        return std::vector{lowering.reshape(spread, {shape[0], channels, shape[2] * block, shape[3] * block})};
    });
}

Expected<void> space_to_depth_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const Shape shape = context.shape(0);
    const std::int64_t block = context.node.integer("blocksize", 0);
    if (shape.size() != 4 || block < 1 || block > max_block || shape[2] % block != 0 || shape[3] % block != 0)
        return bad_input({}, "blocks of " + std::to_string(block) + " do not fit its input " + to_text(shape));
    return lower(context, [&](Lowering& lowering) {
        const ValueIndex split =
            lowering.reshape(lowering.input(0), {shape[0], shape[1], shape[2] / block, block, shape[3] / block, block});
        const ValueIndex gathered = lowering.transpose(split, {0, 3, 5, 1, 2, 4});
        return std::vector{
            lowering.reshape(gathered, {shape[0], shape[1] * block * block, shape[2] / block, shape[3] / block})};
    });
}

/// The result is the input, and the mask is true everywhere.
Expected<void> dropout_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const Tensor* ratio = context.constant(1);
    const bool drops_nothing = ratio && ratio->floats.size() == 1 && ratio->floats.front() == 0.0F;
    if (context.has(2) && !drops_nothing) {
        const Tensor* training = context.constant(2);
        if (!training || std::any_of(training->ints.begin(), training->ints.end(), [](auto bit) { return bit != 0; }))
            return unsupported({}, "training mode");
    }
    const ValueIndex data = *context.node.inputs[0];
    context.results = {data};
    if (context.output_count < 2)
        return {};
    const Shape shape = context.shape(0);
    return lower(context, [&](Lowering& lowering) {
        Tensor kept;
        kept.is_int = true;
        kept.element = ElementType::boolean;
        kept.ints = {1};
        return std::vector{data,
                           lowering.apply("Expand", {lowering.constant(std::move(kept)), lowering.integers(shape)})};
    });
}

using enum Takes;

constexpr Operator operators[] = {
    {"Concat", concat_rule, fold_concat, integers_too},
    {"DepthToSpace", depth_to_space_rule, nullptr, integers_too},
    {"Dropout", dropout_rule},
    {"Flatten", flatten_rule, nullptr, integers_too},
    {"Identity", identity_rule, nullptr, integers_too},
    {"Reshape", reshape_rule, fold_reshape, integers_too},
    {"Slice", slice_rule, fold_slice, integers_too},
    {"SpaceToDepth", space_to_depth_rule, nullptr, integers_too},
    {"Split", split_rule, nullptr, integers_too},
    {"Squeeze", squeeze_rule, nullptr, integers_too},
    {"Transpose", transpose_rule, fold_transpose, integers_too},
    {"Unsqueeze", unsqueeze_rule, nullptr, integers_too},
};

}  // namespace

std::span<const Operator> layout_operators()
{
    return operators;
}

}  // namespace exitscope::model
