// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/operators.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "core/network/model/lowering.h"

namespace exitscope::model {
namespace {

/// Larger kernels, strides, dilations and pads than this are refused as damaged.
constexpr std::int64_t max_window = 1 << 16;

/// Reads a list attribute of `count` values in [lowest, max_window]; `fallback` everywhere when absent.
Expected<std::vector<std::int64_t>> window_list(const NodeContext& context, const char* key, std::size_t count,
                                                std::int64_t fallback, std::int64_t lowest)
{
    std::vector<std::int64_t> values = context.node.integers(key, std::vector<std::int64_t>(count, fallback));
    if (values.size() != count)
        return bad_input({}, "its " + std::string(key) + " are not " + std::to_string(count) + " numbers");
    for (const std::int64_t value : values) {
        if (value < lowest)
            return unsupported({}, "its " + std::string(key) + " hold the value " + std::to_string(value));
        if (value > max_window)
            return bad_input({}, "its " + std::string(key) + " hold the absurd value " + std::to_string(value));
    }
    return values;
}

/// Fills strides, dilations and pads (auto_pad resolved) and returns the spatial extents of the output.
Expected<Shape> apply_window(NodeContext& context, const std::vector<std::int64_t>& kernel, bool ceil_mode)
{
    const std::size_t axes = kernel.size();
    auto strides = window_list(context, "strides", axes, 1, 1);
    if (!strides)
        return forward(strides);
    auto dilations = window_list(context, "dilations", axes, 1, 1);
    if (!dilations)
        return forward(dilations);
    const std::string auto_pad = context.node.text("auto_pad", "NOTSET");
    const bool same = auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER";
    if (!same && auto_pad != "NOTSET" && auto_pad != "VALID" && !auto_pad.empty())
        return bad_input({}, "its auto_pad is '" + auto_pad + "'");
    if (same || auto_pad == "VALID")
        context.node.attributes.erase("pads");
    auto pads = window_list(context, "pads", 2 * axes, 0, 0);
    if (!pads)
        return forward(pads);
    Shape extents;
    for (std::size_t d = 0; d < axes; ++d) {
        const std::int64_t input = context.shape(0)[2 + d];
        const std::int64_t stride = (*strides)[d];
        const std::int64_t reach = (kernel[d] - 1) * (*dilations)[d] + 1;
        std::int64_t& before = (*pads)[d];
        std::int64_t& after = (*pads)[axes + d];
        if (same) {
            const std::int64_t total =
                std::max<std::int64_t>(((input + stride - 1) / stride - 1) * stride + reach - input, 0);
            before = auto_pad == "SAME_UPPER" ? total / 2 : total - total / 2;
            after = total - before;
        }
        const std::int64_t room = input + before + after - reach;
        if (room < 0)
            return bad_input({}, "its window of " + std::to_string(reach) + " is larger than its padded input of " +
                                     std::to_string(input + before + after));
        std::int64_t extent = (ceil_mode ? room + stride - 1 : room) / stride + 1;
        if (ceil_mode && (extent - 1) * stride >= input + before)
            --extent;  // the last window would cover only padding at the end
        extents.push_back(extent);
    }
    context.node.attributes["kernel_shape"] = kernel;
    context.node.attributes["strides"] = std::move(*strides);
    context.node.attributes["dilations"] = std::move(*dilations);
    context.node.attributes["pads"] = std::move(*pads);
    context.node.attributes.erase("auto_pad");
    return extents;
}

/// Error unless the input is [batch, channels, positions...].
Expected<void> require_image(const NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    if (context.rank(0) < 3 || context.rank(0) > 5)
        return unsupported({}, "its input " + to_text(context.shape(0)) +
                                   " is not [batch, channels, ...] with one to three spatial axes");
    return {};
}

/// The same convolution with a second spatial axis of one element in front.
Expected<void> as_two_dimensional(NodeContext& context)
{
    Lowering::Attributes attributes = context.node.attributes;
    for (auto& [key, attribute] : attributes)
        if (auto* list = std::get_if<std::vector<std::int64_t>>(&attribute)) {
            const std::int64_t neutral = key == "pads" ? 0 : 1;
            if (key == "pads" && list->size() == 2)
                *list = {0, (*list)[0], 0, (*list)[1]};
            else
                list->insert(list->begin(), neutral);
        }
    return lower(context, [&](Lowering& lowering) {
        const auto widened = [&](std::size_t input) {
            Shape shape = lowering.shape(lowering.input(input));
            shape.insert(shape.begin() + 2, 1);
            return lowering.reshape(lowering.input(input), shape);
        };
        Lowering::Inputs inputs = context.node.inputs;
        inputs[0] = widened(0);
        inputs[1] = widened(1);
        const ValueIndex result = lowering.apply("Conv", inputs, attributes);
        Shape shape = lowering.shape(result);
        shape.erase(shape.begin() + 2);
        return std::vector{lowering.reshape(result, shape)};
    });
}

/// MaxPool of integers by way of floats, which hold them exactly.
Expected<void> pool_integers(NodeContext& context)
{
    const ValueType type = context.value(0).type();
    if ((type.element != ElementType::int8 && type.element != ElementType::uint8) || context.output_count > 1)
        return unsupported({}, "the maxima of " + type_name(type) + " elements, or where they are");
    return lower(context, [&](Lowering& lowering) {
        const ValueIndex maxima =
            lowering.apply(context.node.op, {lowering.cast(lowering.input(0), float_type)}, context.node.attributes);
        return std::vector{lowering.cast(maxima, type)};
    });
}

struct TransposedWindow {
    Shape strides, dilations, kernel;
    Shape before, after;  ///< zeros around the stretched data (negative: cut off), so that a Conv gives the result
};

/// The window of a ConvTranspose written as a Conv over data with zeros between its elements.
Expected<TransposedWindow> transposed_window(const NodeContext& context)
{
    const Shape& data = context.shape(0);
    const Shape& weights = context.shape(1);
    const std::size_t axes = data.size() - 2;
    TransposedWindow window;
    window.kernel.assign(weights.begin() + 2, weights.end());
    const auto strides = window_list(context, "strides", axes, 1, 1);
    const auto dilations = window_list(context, "dilations", axes, 1, 1);
    const auto pads = window_list(context, "pads", 2 * axes, 0, 0);
    const auto extra = window_list(context, "output_padding", axes, 0, 0);
    for (const auto* list : {&strides, &dilations, &pads, &extra})
        if (!*list)
            return tl::unexpected<Error>(list->error());
    const std::string auto_pad = context.node.text("auto_pad", "NOTSET");
    const bool same = auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER";
    const Shape wanted = context.node.integers("output_shape");
    if (!wanted.empty() && wanted.size() != axes)
        return bad_input({}, "its output_shape does not have one number per spatial axis");
    window.strides = *strides;
    window.dilations = *dilations;
    for (std::size_t d = 0; d < axes; ++d) {
        const std::int64_t stride = window.strides[d];
        const std::int64_t reach = (window.kernel[d] - 1) * window.dilations[d] + 1;
        std::int64_t before = auto_pad == "VALID" ? 0 : (*pads)[d];
        std::int64_t after = auto_pad == "VALID" ? 0 : (*pads)[axes + d];
        const std::int64_t unpadded = stride * (data[2 + d] - 1) + (*extra)[d] + reach;
        if (!wanted.empty() || same) {
            const std::int64_t total = unpadded - (wanted.empty() ? data[2 + d] * stride : wanted[d]);
            const std::int64_t half = (total - (total < 0 ? 1 : 0)) / 2;  // rounded down
            before = auto_pad == "SAME_UPPER" ? half : total - half;
            after = total - before;
        }
        if (unpadded - before - after < 1 || unpadded - before - after > max_flowing_elements)
            return bad_input({}, "its result would have " + std::to_string(unpadded - before - after) +
                                     " positions along an axis");
        window.before.push_back(reach - 1 - before);
        window.after.push_back(reach - 1 - after + (*extra)[d] - (stride - 1));
    }
    return window;
}

/// [C, M / groups, kernel...] of a ConvTranspose as [M, C / groups, kernel...] of a Conv, mirrored.
ValueIndex transposed_weights(Lowering& lowering, ValueIndex weights, std::int64_t groups)
{
    const Shape shape = lowering.shape(weights);
    Shape grouped{groups, shape[0] / groups, shape[1]};
    grouped.insert(grouped.end(), shape.begin() + 2, shape.end());
    Shape perm(grouped.size());
    std::iota(perm.begin(), perm.end(), 0);
    std::swap(perm[1], perm[2]);
    Shape result{groups * shape[1], shape[0] / groups};
    result.insert(result.end(), shape.begin() + 2, shape.end());
    const ValueIndex turned = lowering.reshape(lowering.transpose(lowering.reshape(weights, grouped), perm), result);
    Shape axes(shape.size() - 2);
    std::iota(axes.begin(), axes.end(), 2);
    return lowering.apply("Slice", {turned},
                          {{"starts", Shape(axes.size(), -1)},
                           {"ends", Shape(axes.size(), -max_window - 1)},
                           {"axes", axes},
                           {"steps", Shape(axes.size(), -1)}});
}

/// `stride` - 1 zeros behind every element of the spatial axes.
ValueIndex stretched(Lowering& lowering, ValueIndex data, const Shape& strides)
{
    if (std::all_of(strides.begin(), strides.end(), [](std::int64_t stride) { return stride == 1; }))
        return data;
    const Shape shape = lowering.shape(data);
    Shape split(shape.begin(), shape.begin() + 2);
    Shape joined = split;
    Shape pads(2 * (2 + 2 * strides.size()), 0);
    for (std::size_t d = 0; d < strides.size(); ++d) {
        split.push_back(shape[2 + d]);
        split.push_back(1);
        pads[pads.size() / 2 + split.size() - 1] = strides[d] - 1;
        joined.push_back(shape[2 + d] * strides[d]);
    }
    return lowering.reshape(lowering.apply("Pad", {lowering.reshape(data, split)}, {{"pads", pads}}), joined);
}

Expected<void> conv_rule(NodeContext& context)
{
    if (Expected<void> image = require_image(context); !image)
        return image;
    if (Expected<void> there = context.require_inputs(1, 1); !there)
        return there;
    const std::int64_t group = context.node.integer("group", 1);
    const Shape& w = context.shape(1);
    if (w.size() != context.shape(0).size() || context.value(1).is_int || group < 1 || group > context.shape(0)[1] ||
        context.shape(0)[1] % group != 0 || w[1] != context.shape(0)[1] / group || w[0] < 1 || w[0] % group != 0)
        return bad_input({}, "its weights " + to_text(w) + " in " + std::to_string(group) +
                                 " groups do not fit its input " + to_text(context.shape(0)));
    if (context.has(2) && (context.shape(2) != Shape{w[0]} || context.value(2).is_int))
        return bad_input({}, "its bias " + to_text(context.shape(2)) + " does not fit its weights " + to_text(w));
    const std::vector<std::int64_t> kernel(w.begin() + 2, w.end());
    if (context.node.integers("kernel_shape", kernel) != kernel ||
        *std::min_element(kernel.begin(), kernel.end()) < 1 ||
        *std::max_element(kernel.begin(), kernel.end()) > max_window)
        return bad_input({}, "its kernel_shape is not that of its weights " + to_text(w));
    if (context.rank(0) == 3)
        return as_two_dimensional(context);
    const Expected<Shape> extents = apply_window(context, kernel, false);
    if (!extents)
        return tl::unexpected<Error>(extents.error());
    context.node.attributes["group"] = group;
    Shape result{context.shape(0)[0], w[0]};
    result.insert(result.end(), extents->begin(), extents->end());
    context.shapes = {std::move(result)};
    return {};
}

Expected<void> conv_transpose_rule(NodeContext& context)
{
    if (Expected<void> image = require_image(context); !image)
        return image;
    if (Expected<void> there = context.require_inputs(1, 1); !there)
        return there;
    const std::int64_t groups = context.node.integer("group", 1);
    const Shape shape = context.shape(0);
    const Shape w = context.shape(1);
    if (w.size() != shape.size() || context.value(1).is_int || w[0] != shape[1] || groups < 1 || groups > shape[1] ||
        shape[1] % groups != 0 || w[1] < 1 || *std::min_element(w.begin() + 2, w.end()) < 1 ||
        *std::max_element(w.begin() + 2, w.end()) > max_window)
        return bad_input({}, "its weights " + to_text(w) + " in " + std::to_string(groups) +
                                 " groups do not fit its input " + to_text(shape));
    const Expected<TransposedWindow> window = transposed_window(context);
    if (!window)
        return tl::unexpected<Error>(window.error());
    return lower(context, [&](Lowering& lowering) {
        ValueIndex data = stretched(lowering, lowering.input(0), window->strides);
        Shape pads = window->before;
        pads.insert(pads.end(), window->after.begin(), window->after.end());
        if (*std::min_element(pads.begin(), pads.end()) < 0) {
            Shape axes(window->strides.size());
            std::iota(axes.begin(), axes.end(), 2);
            data = lowering.apply("Pad", {data}, {{"pads", pads}, {"axes", axes}});
            std::fill(pads.begin(), pads.end(), 0);
        }
        Lowering::Inputs inputs{data, transposed_weights(lowering, lowering.input(1), groups)};
        if (context.has(2))
            inputs.emplace_back(lowering.input(2));
        return std::vector{
            lowering.apply("Conv", inputs, {{"group", groups}, {"dilations", window->dilations}, {"pads", pads}})};
    });
}

Expected<void> pool_rule(NodeContext& context)
{
    if (Expected<void> image = require_image(context); !image)
        return image;
    if (!context.node.attributes.contains("kernel_shape"))
        return bad_input({}, "it has no kernel_shape");
    if (context.value(0).is_int)
        return pool_integers(context);
    const auto axes = static_cast<std::size_t>(context.rank(0)) - 2;
    const auto kernel = window_list(context, "kernel_shape", axes, 1, 1);
    if (!kernel)
        return tl::unexpected<Error>(kernel.error());
    const std::string& op = context.node.op;
    const bool ceil_mode = context.node.integer("ceil_mode", 0) != 0;
    const Expected<Shape> extents = apply_window(context, *kernel, ceil_mode);
    if (!extents)
        return tl::unexpected<Error>(extents.error());
    const std::vector<std::int64_t> dilations = context.node.integers("dilations");
    const std::vector<std::int64_t> pads = context.node.integers("pads");
    for (std::size_t i = 0; i < pads.size(); ++i)
        if (pads[i] >= ((*kernel)[i % axes] - 1) * dilations[i % axes] + 1)
            return unsupported({}, "its padding is as large as its window");
    context.node.attributes["ceil_mode"] = std::int64_t{ceil_mode};
    if (op == "AveragePool")
        context.node.attributes["count_include_pad"] = std::int64_t{context.node.integer("count_include_pad", 0) != 0};
    if (op == "LpPool" && context.node.integer("p", 2) < 1)
        return bad_input({}, "its p is not positive");
    Shape result{context.shape(0)[0], context.shape(0)[1]};
    result.insert(result.end(), extents->begin(), extents->end());
    context.shapes = {result};
    if (op == "MaxPool") {
        context.shapes.push_back(result);
        context.types = {context.value(0).type(), int_type};
    }
    return {};
}

/// Two spatial axes: the normal form. Other numbers of spatial axes, and norms, become a reduction.
Expected<void> global_pool_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const std::string& op = context.node.op;
    if (context.rank(0) < 3)
        return bad_input({}, "its input " + to_text(context.shape(0)) + " has no spatial axes");
    if (context.rank(0) == 4 && op != "GlobalLpPool") {
        context.shapes = {{context.shape(0)[0], context.shape(0)[1], 1, 1}};
        return {};
    }
    Shape axes(static_cast<std::size_t>(context.rank(0)) - 2);
    std::iota(axes.begin(), axes.end(), 2);
    const Lowering::Attributes over{{"axes", axes}, {"keepdims", std::int64_t{1}}};
    const std::int64_t p = context.node.integer("p", 2);
    if (p < 1)
        return bad_input({}, "its p is not positive");
    return lower(context, [&](Lowering& lowering) {
        const ValueIndex data = lowering.input(0);
        if (op != "GlobalLpPool" || p <= 2)
            return std::vector{lowering.apply(op == "GlobalAveragePool" ? "ReduceMean"
                                              : op == "GlobalMaxPool"   ? "ReduceMax"
                                              : p == 1                  ? "ReduceL1"
                                                                        : "ReduceL2",
                                              {data}, over)};
        const auto power = [&](ValueIndex value, double exponent) {
            return lowering.apply("Pow", {value, lowering.number(exponent)});
        };
        const ValueIndex sum = lowering.apply("ReduceSum", {power(lowering.apply("Abs", {data}), double(p))}, over);
        return std::vector{power(sum, 1.0 / double(p))};
    });
}

using enum Takes;

constexpr Operator operators[] = {
    {"AveragePool", pool_rule},
    {"Conv", conv_rule},
    {"ConvTranspose", conv_transpose_rule},
    {"GlobalAveragePool", global_pool_rule},
    {"GlobalLpPool", global_pool_rule},
    {"GlobalMaxPool", global_pool_rule},
    {"LpPool", pool_rule},
    {"MaxPool", pool_rule, nullptr, integers_too},
};

}  // namespace

std::span<const Operator> window_operators()
{
    return operators;
}

}  // namespace exitscope::model
