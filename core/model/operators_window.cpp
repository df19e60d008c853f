// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/operators.h"

#include <algorithm>
#include <string>

namespace exitscope::model {
namespace {

/// Larger kernels, strides, dilations and pads than this are damage, not a network.
constexpr std::int64_t max_window = 1 << 16;

/// Reads a list attribute of `count` values in [lowest, max_window]; `fallback` everywhere when absent.
Expected<std::vector<std::int64_t>> window_list(const NodeContext& context, const char* key, std::size_t count,
                                                std::int64_t fallback, std::int64_t lowest)
{
    std::vector<std::int64_t> values = context.node.integers(key, std::vector<std::int64_t>(count, fallback));
    if (values.size() != count)
        return unsupported({}, "its " + std::string(key) + " are not " + std::to_string(count) +
                                   " numbers (only two spatial dimensions are supported)");
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
    auto strides = window_list(context, "strides", 2, 1, 1);
    if (!strides)
        return forward(strides);
    auto dilations = window_list(context, "dilations", 2, 1, 1);
    if (!dilations)
        return forward(dilations);
    const std::string auto_pad = context.node.text("auto_pad", "NOTSET");
    const bool same = auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER";
    if (!same && auto_pad != "NOTSET" && auto_pad != "VALID" && !auto_pad.empty())
        return bad_input({}, "its auto_pad is '" + auto_pad + "'");
    if (same || auto_pad == "VALID")
        context.node.attributes.erase("pads");
    auto pads = window_list(context, "pads", 4, 0, 0);
    if (!pads)
        return forward(pads);
    Shape extents;
    for (std::size_t d = 0; d < 2; ++d) {
        const std::int64_t input = context.shape(0)[2 + d];
        const std::int64_t stride = (*strides)[d];
        const std::int64_t reach = (kernel[d] - 1) * (*dilations)[d] + 1;
        std::int64_t& before = (*pads)[d];
        std::int64_t& after = (*pads)[2 + d];
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
            --extent;  // the last window would see the end padding only
        extents.push_back(extent);
    }
    context.node.attributes["kernel_shape"] = kernel;
    context.node.attributes["strides"] = std::move(*strides);
    context.node.attributes["dilations"] = std::move(*dilations);
    context.node.attributes["pads"] = std::move(*pads);
    context.node.attributes.erase("auto_pad");
    return extents;
}

Expected<void> require_image(const NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    if (context.rank(0) != 4)
        return unsupported({}, "its input " + to_text(context.shape(0)) + " is not [batch, channels, height, width]");
    return {};
}

}  // namespace

Expected<void> conv_rule(NodeContext& context)
{
    if (Expected<void> image = require_image(context); !image)
        return image;
    if (Expected<void> there = context.require_inputs(1, 1); !there)
        return there;
    const Tensor* weights = context.constant(1);
    if (!weights || (context.has(2) && !context.constant(2)))
        return unsupported({}, "its weights are computed from the data");
    const std::int64_t group = context.node.integer("group", 1);
    const Shape& w = weights->shape;
    if (w.size() != 4 || weights->is_int || group < 1 || group > context.shape(0)[1] ||
        context.shape(0)[1] % group != 0 || w[1] != context.shape(0)[1] / group || w[0] < 1 || w[0] % group != 0)
        return bad_input({}, "its weights " + to_text(w) + " in " + std::to_string(group) +
                                 " groups do not fit its input " + to_text(context.shape(0)));
    if (context.has(2) && (context.shape(2) != Shape{w[0]} || context.value(2).is_int))
        return bad_input({}, "its bias " + to_text(context.shape(2)) + " does not fit its weights " + to_text(w));
    const std::vector<std::int64_t> kernel(w.begin() + 2, w.end());
    if (context.node.integers("kernel_shape", kernel) != kernel || std::min(kernel[0], kernel[1]) < 1 ||
        std::max(kernel[0], kernel[1]) > max_window)
        return bad_input({}, "its kernel_shape is not that of its weights " + to_text(w));
    const Expected<Shape> extents = apply_window(context, kernel, false);
    if (!extents)
        return tl::unexpected<Error>(extents.error());
    context.node.attributes["group"] = group;
    context.shapes = {{context.shape(0)[0], w[0], (*extents)[0], (*extents)[1]}};
    return {};
}

Expected<void> pool_rule(NodeContext& context)
{
    if (Expected<void> image = require_image(context); !image)
        return image;
    if (!context.node.attributes.contains("kernel_shape"))
        return bad_input({}, "it has no kernel_shape");
    const auto kernel = window_list(context, "kernel_shape", 2, 1, 1);
    if (!kernel)
        return tl::unexpected<Error>(kernel.error());
    const bool average = context.node.op == "AveragePool";
    const bool ceil_mode = context.node.integer("ceil_mode", 0) != 0;
    const Expected<Shape> extents = apply_window(context, *kernel, ceil_mode);
    if (!extents)
        return tl::unexpected<Error>(extents.error());
    const std::vector<std::int64_t> dilations = context.node.integers("dilations");
    if (average && (dilations[0] != 1 || dilations[1] != 1))
        return unsupported({}, "average pooling with dilations");
    const std::vector<std::int64_t> pads = context.node.integers("pads");
    for (std::size_t i = 0; i < pads.size(); ++i)
        if (pads[i] >= ((*kernel)[i % 2] - 1) * dilations[i % 2] + 1)
            return unsupported({}, "its padding is as large as its window");
    context.node.attributes["ceil_mode"] = std::int64_t{ceil_mode};
    if (average)
        context.node.attributes["count_include_pad"] = std::int64_t{context.node.integer("count_include_pad", 0) != 0};
    context.shapes = {{context.shape(0)[0], context.shape(0)[1], (*extents)[0], (*extents)[1]}};
    return {};
}

Expected<void> global_pool_rule(NodeContext& context)
{
    if (Expected<void> image = require_image(context); !image)
        return image;
    context.shapes = {{context.shape(0)[0], context.shape(0)[1], 1, 1}};
    return {};
}

}  // namespace exitscope::model
