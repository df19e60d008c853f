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

struct Pads {
    Integers before, after;  ///< one per axis of the data; negative pads cut elements off
};

/// `pads` and `axes` of a Pad node, for every axis.
Expected<Pads> read_pads(const NodeContext& context)
{
    const auto given = context.integers("pads", 1);
    const auto given_axes = context.integers("axes", 3);
    if (!given || !given_axes)
        return tl::unexpected<Error>(given ? given_axes.error() : given.error());
    const std::size_t rank = context.shape(0).size();
    Integers axes(rank);
    std::iota(axes.begin(), axes.end(), 0);
    axes = given_axes->value_or(axes);
    if (const auto distinct = normal_axes(axes, context.rank(0)); !distinct)
        return tl::unexpected<Error>(distinct.error());
    if (!*given || (*given)->size() != 2 * axes.size())
        return bad_input({}, "its pads are not two numbers an axis");
    Pads pads{Integers(rank, 0), Integers(rank, 0)};
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const auto axis = static_cast<std::size_t>(*normal_axis(axes[i], context.rank(0)));
        for (auto& [side, position] : {std::pair(&pads.before, i), std::pair(&pads.after, axes.size() + i)}) {
            const std::int64_t pad = (**given)[position];
            if (pad > max_flowing_elements || pad < -context.shape(0)[axis])
                return bad_input({}, "its pads hold the absurd value " + std::to_string(pad));
            (*side)[axis] = pad;
        }
        if (pads.before[axis] + pads.after[axis] + context.shape(0)[axis] < 0)
            return bad_input({}, "its pads cut off more than there is");
    }
    return pads;
}

/// The value of constant padding, which must be known.
Expected<Attribute> fill_value(const NodeContext& context, bool is_int)
{
    if (!context.has(2))
        return is_int ? Attribute(std::int64_t{0}) : Attribute(context.node.number("value", 0.0F));
    const Tensor* tensor = context.constant(2);
    if (!tensor)
        return unsupported({}, "its fill value is computed from the data");
    if (tensor->ints.size() + tensor->floats.size() != 1 || tensor->is_int != is_int)
        return bad_input({}, "its fill value is not one number of the type of its data");
    return is_int ? Attribute(tensor->ints.front()) : Attribute(tensor->floats.front());
}

Expected<void> pad_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const std::string mode = context.node.text("mode", "constant");
    if (mode != "constant" && mode != "reflect" && mode != "edge" && mode != "wrap")
        return bad_input({}, "its mode is '" + mode + "'");
    Expected<Pads> pads = read_pads(context);
    if (!pads)
        return forward(pads);
    Expected<Attribute> fill = fill_value(context, context.value(0).is_int);
    if (!fill)
        return forward(fill);
    const Shape shape = context.shape(0);
    const auto negative = [](std::int64_t pad) { return pad < 0; };
    if (std::any_of(pads->before.begin(), pads->before.end(), negative) ||
        std::any_of(pads->after.begin(), pads->after.end(), negative))
        return lower(context, [&](Lowering& lowering) {
            Integers axes(shape.size()), starts, ends, rest;
            std::iota(axes.begin(), axes.end(), 0);
            for (std::size_t d = 0; d < shape.size(); ++d) {
                starts.push_back(std::max<std::int64_t>(-pads->before[d], 0));
                ends.push_back(shape[d] - std::max<std::int64_t>(-pads->after[d], 0));
                rest.push_back(std::max<std::int64_t>(pads->before[d], 0));
            }
            for (const std::int64_t pad : pads->after)
                rest.push_back(std::max<std::int64_t>(pad, 0));
            const ValueIndex inner =
                lowering.apply("Slice", {lowering.input(0)}, {{"starts", starts}, {"ends", ends}, {"axes", axes}});
            Lowering::Inputs inputs{inner, std::nullopt};
            if (context.has(2))
                inputs.emplace_back(lowering.input(2));
            return std::vector{lowering.apply(
                "Pad", inputs, {{"pads", rest}, {"mode", mode}, {"value", context.node.number("value", 0.0F)}})};
        });
    Integers both = pads->before;
    both.insert(both.end(), pads->after.begin(), pads->after.end());
    if (std::all_of(both.begin(), both.end(), [](std::int64_t pad) { return pad == 0; }))
        return identity_rule(context);
    Shape result = shape;
    for (std::size_t d = 0; d < shape.size(); ++d) {
        const std::int64_t most = std::max(pads->before[d], pads->after[d]);
        if ((mode == "reflect" && most >= shape[d] && most > 0) || (mode != "constant" && shape[d] == 0 && most > 0))
            return bad_input({}, "its pads are too large for the mode '" + mode + "' and its input " + to_text(shape));
        result[d] += pads->before[d] + pads->after[d];
    }
    context.node.attributes = {{"pads", std::move(both)}, {"value", std::move(*fill)}, {"mode", mode}};
    context.node.inputs.resize(1);
    context.shapes = {std::move(result)};
    return {};
}

/// Crops each axis to its middle, or pads it with zeros on both sides; an odd element goes to the end.
Expected<void> center_crop_pad_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 1); !there)
        return there;
    const auto wanted = context.integers("shape", 1);
    if (!wanted)
        return tl::unexpected<Error>(wanted.error());
    const Shape shape = context.shape(0);
    Integers axes(shape.size());
    std::iota(axes.begin(), axes.end(), 0);
    axes = context.node.integers("axes", axes);
    if (const auto distinct = normal_axes(axes, context.rank(0)); !distinct)
        return tl::unexpected<Error>(distinct.error());
    if ((*wanted)->size() != axes.size())
        return bad_input({}, "its shape does not have one number per axis");
    Integers starts, ends, pads(2 * axes.size(), 0);
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const std::int64_t extent = shape[static_cast<std::size_t>(*normal_axis(axes[i], context.rank(0)))];
        const std::int64_t target = (**wanted)[i];
        if (target < 0 || target > max_flowing_elements)
            return bad_input({}, "its shape holds the absurd value " + std::to_string(target));
        const std::int64_t start = extent > target ? (extent - target) / 2 : 0;
        starts.push_back(start);
        ends.push_back(start + std::min(extent, target));
        pads[i] = target > extent ? (target - extent) / 2 : 0;
        pads[axes.size() + i] = target > extent ? target - extent - pads[i] : 0;
    }
    return lower(context, [&](Lowering& lowering) {
        const ValueIndex cropped =
            lowering.apply("Slice", {lowering.input(0)}, {{"starts", starts}, {"ends", ends}, {"axes", axes}});
        return std::vector{lowering.apply("Pad", {cropped}, {{"pads", pads}, {"axes", axes}})};
    });
}

/// A Tile of the data with leading axes of one element.
Expected<void> expand_rule(NodeContext& context)
{
    const auto wanted = context.integers("shape", 1);
    if (!wanted)
        return tl::unexpected<Error>(wanted.error());
    if (!*wanted || !context.has(0))
        return bad_input({}, "it has no shape, or no data");
    const Shape shape = context.shape(0);
    const std::optional<Shape> result = broadcast(shape, **wanted);
    if (!result || !checked_element_count(*result, max_flowing_elements))
        return bad_input({}, to_text(shape) + " cannot be expanded to " + to_text(**wanted));
    Shape padded(result->size() - shape.size(), 1);
    padded.insert(padded.end(), shape.begin(), shape.end());
    Integers repeats;
    for (std::size_t d = 0; d < padded.size(); ++d)
        repeats.push_back(padded[d] == (*result)[d] ? 1 : (*result)[d]);
    return lower(context, [&](Lowering& lowering) {
        const ValueIndex data = padded == shape ? lowering.input(0) : lowering.reshape(lowering.input(0), padded);
        return std::vector{lowering.apply("Tile", {data}, {{"repeats", repeats}})};
    });
}

Expected<void> tile_rule(NodeContext& context)
{
    const auto repeats = context.integers("repeats", 1);
    if (!repeats)
        return tl::unexpected<Error>(repeats.error());
    if (!*repeats || !context.has(0) || (*repeats)->size() != context.shape(0).size())
        return bad_input({}, "it does not have one number of repeats an axis");
    Shape result = context.shape(0);
    for (std::size_t d = 0; d < result.size(); ++d) {
        const std::int64_t times = (**repeats)[d];
        if (times < 0 || (result[d] > 0 && times > max_flowing_elements / result[d]))
            return bad_input({}, "its repeats hold the absurd value " + std::to_string(times));
        result[d] *= times;
    }
    if (result == context.shape(0))
        return identity_rule(context);
    context.node.attributes.clear();
    context.node.inputs.resize(1);
    context.shapes = {std::move(result)};
    return {};
}

/// A choice between the data and zero by a constant mask over the last two axes.
Expected<void> trilu_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const auto diagonal = context.integers("k", 1);
    if (!diagonal)
        return tl::unexpected<Error>(diagonal.error());
    const Shape shape = context.shape(0);
    if (shape.size() < 2 || (*diagonal && (*diagonal)->size() != 1))
        return bad_input({}, "its input " + to_text(shape) + " holds no matrices, or its k is not one number");
    const Shape matrix(shape.end() - 2, shape.end());
    const auto elements = checked_element_count(matrix, max_folded_elements);
    if (!elements)
        return bad_input({}, "its input " + to_text(shape) + " is too large");
    const std::int64_t shift = std::clamp<std::int64_t>(*diagonal ? (**diagonal)[0] : 0, -matrix[0], matrix[1]);
    const bool upper = context.node.integer("upper", 1) != 0;
    return lower(context, [&](Lowering& lowering) {
        Tensor mask;
        mask.shape = matrix;
        mask.is_int = true;
        mask.element = ElementType::boolean;
        for (std::int64_t row = 0; row < (*elements == 0 ? 0 : matrix[0]); ++row)
            for (std::int64_t column = 0; column < matrix[1]; ++column)
                mask.ints.push_back(upper ? column - row >= shift : column - row <= shift);
        const ValueIndex data = lowering.input(0);
        return std::vector{lowering.apply(
            "Where", {lowering.constant(std::move(mask)), data, lowering.number(0.0, lowering.type(data))})};
    });
}

/// Col2Im(X[N, C kh kw, places], size, block): blocks of kh x kw laid over an image [N, C, H, W] and summed: a
/// ConvTranspose whose weights put element k of a block at position k of its window.
Expected<void> col2im_rule(NodeContext& context)
{
    const auto size = context.integers("image_shape", 1);
    const auto block = context.integers("block_shape", 2);
    if (!size || !block)
        return tl::unexpected<Error>(size ? block.error() : size.error());
    if (!*size || !*block || (*size)->size() != 2 || (*block)->size() != 2)
        return unsupported({}, "it makes no images of two axes");
    const Integers strides = context.node.integers("strides", {1, 1});
    const Integers dilations = context.node.integers("dilations", {1, 1});
    const Integers pads = context.node.integers("pads", {0, 0, 0, 0});
    const Shape data = context.shape(0);
    const auto sensible = [](const Integers& values, std::int64_t least, std::int64_t most) {
        return std::all_of(values.begin(), values.end(), [&](auto value) { return value >= least && value <= most; });
    };
    constexpr std::int64_t most = 1 << 16;
    constexpr std::int64_t largest_block = 1 << 10;
    if (data.size() != 3 || strides.size() != 2 || dilations.size() != 2 || pads.size() != 4 ||
        !sensible(**size, 1, most) || !sensible(**block, 1, largest_block) || !sensible(strides, 1, most) ||
        !sensible(dilations, 1, most) || !sensible(pads, 0, most))
        return bad_input({}, "its attributes do not fit its input " + to_text(data));
    Integers places(2);
    Integers output_padding(2);
    for (std::size_t axis = 0; axis < 2; ++axis) {
        const std::int64_t room =
            (**size)[axis] + pads[axis] + pads[axis + 2] - dilations[axis] * ((**block)[axis] - 1) - 1;
        places[axis] = room < 0 ? 0 : room / strides[axis] + 1;
        output_padding[axis] = room < 0 ? 0 : room % strides[axis];
    }
    const std::int64_t cells = (**block)[0] * (**block)[1];
    if (places[0] * places[1] != data[2] || data[2] == 0 || data[1] % cells != 0)
        return bad_input({}, "its input " + to_text(data) + " does not hold the blocks of its image");
    const std::int64_t channels = data[1] / cells;
    if (!checked_element_count({data[1], cells}, max_folded_elements))
        return bad_input({}, "its blocks are too large");
    return lower(context, [&](Lowering& lowering) {
        Tensor weights;
        weights.shape = {data[1], 1, (**block)[0], (**block)[1]};
        weights.floats.assign(static_cast<std::size_t>(data[1] * cells), 0.0F);
        for (std::int64_t row = 0; row < data[1]; ++row)
            weights.floats[static_cast<std::size_t>(row * cells + row % cells)] = 1.0F;
        const ValueIndex blocks = lowering.reshape(lowering.input(0), {data[0], data[1], places[0], places[1]});
        return std::vector{lowering.apply("ConvTranspose", {blocks, lowering.constant(std::move(weights))},
                                          {{"group", channels},
                                           {"strides", strides},
                                           {"dilations", dilations},
                                           {"pads", pads},
                                           {"output_padding", output_padding}})};
    });
}

using enum Takes;

constexpr Operator operators[] = {
    {"CenterCropPad", center_crop_pad_rule, nullptr, integers_too},
    {"Col2Im", col2im_rule},
    {"Expand", expand_rule, nullptr, integers_too},
    {"Pad", pad_rule, nullptr, integers_too},
    {"Tile", tile_rule, fold_tile, integers_too},
    {"Trilu", trilu_rule, nullptr, integers_too},
};

}  // namespace

std::span<const Operator> extend_operators()
{
    return operators;
}

}  // namespace exitscope::model
