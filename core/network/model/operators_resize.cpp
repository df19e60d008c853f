// SPDX-License-Identifier: GPL-3.0-or-later
// Resize and Upsample are separable: one node per axis that changes. Nearest becomes a Gather along the axis; linear
// and cubic become a Resize in normal form, whose attributes hold the positions and weights of each result.
#include "core/network/model/operators.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "core/base/number_text.h"
#include "core/network/model/lowering.h"

namespace exitscope::model {
namespace {

/// Attributes of the node: how positions and values along an axis are computed.
struct Method {
    std::string mode = "nearest";
    std::string coordinates = "half_pixel";
    std::string nearest = "round_prefer_floor";
    double cubic = -0.75;
    float extrapolation = 0.0F;
    bool exclude_outside = false;
    bool antialias = false;
};

/// One axis: `scale` is given by the node, or `to` / `from` where the node gives sizes.
struct Axis {
    std::int64_t position = 0;
    std::int64_t from = 0;
    std::int64_t to = 0;
    double scale = 1.0;
    double roi_start = 0.0;
    double roi_end = 1.0;
};

/// result[i] = offsets[i] + sum over t of weights[i * count + t] * data[indices[i * count + t]]
struct Taps {
    std::int64_t count = 0;
    std::vector<std::int64_t> indices;
    std::vector<float> weights;
    std::vector<float> offsets;
    bool outside = false;  ///< some offset is in use
};

double original_position(const Method& method, const Axis& axis, std::int64_t at)
{
    const auto x = static_cast<double>(at);
    const auto from = static_cast<double>(axis.from);
    const double to = axis.scale * from;
    if (method.coordinates == "align_corners")
        return to == 1.0 ? 0.0 : x * (from - 1) / (to - 1);
    if (method.coordinates == "asymmetric")
        return x / axis.scale;
    if (method.coordinates == "tf_half_pixel_for_nn")
        return (x + 0.5) / axis.scale;
    if (method.coordinates == "tf_crop_and_resize") {
        const double span = (axis.roi_end - axis.roi_start) * (from - 1);
        return axis.roi_start * (from - 1) + (axis.to == 1 ? span / 2 : x * span / (static_cast<double>(axis.to) - 1));
    }
    if (method.coordinates == "pytorch_half_pixel" && axis.to == 1)
        return -0.5;
    const double half_pixel = (x + 0.5) / axis.scale - 0.5;
    if (method.coordinates == "half_pixel_symmetric")
        return from / 2 * (1 - static_cast<double>(axis.to) / to) + half_pixel;
    return half_pixel;
}

double cubic_weight(double distance, double a)
{
    const double x = std::fabs(distance);
    if (x <= 1)
        return ((a + 2) * x - (a + 3)) * x * x + 1;
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0.0;
}

std::int64_t nearest_position(const std::string& how, double x)
{
    const double below = std::floor(x);
    const double rest = x - below;
    bool up = how == "ceil" && rest > 0;
    if (how == "round_prefer_floor")
        up = rest > 0.5;
    else if (how == "round_prefer_ceil")
        up = rest >= 0.5;
    return static_cast<std::int64_t>(below) + up;
}

Taps find_taps(const Method& method, const Axis& axis, std::int64_t reach)
{
    const bool cubic = method.mode == "cubic";
    const double stretch = method.antialias ? std::min(axis.scale, 1.0) : 1.0;
    Taps taps;
    taps.count = 2 * reach;
    for (std::int64_t at = 0; at < axis.to; ++at) {
        const double x = original_position(method, axis, at);
        const bool outside =
            method.coordinates == "tf_crop_and_resize" && (x < 0 || x > static_cast<double>(axis.from - 1));
        taps.outside = taps.outside || outside;
        taps.offsets.push_back(outside ? method.extrapolation : 0.0F);
        const double base = std::ceil(x) - 1;  // x - base is in (0, 1]
        std::vector<double> weights;
        for (std::int64_t t = 1 - reach; t <= reach; ++t) {
            const double position = base + static_cast<double>(t);
            const double distance = (position - x) * stretch;
            const bool beyond = position < 0 || position >= static_cast<double>(axis.from);
            weights.push_back(method.exclude_outside && beyond ? 0.0
                              : cubic                          ? cubic_weight(distance, method.cubic)
                                                               : std::max(1 - std::fabs(distance), 0.0));
            taps.indices.push_back(
                static_cast<std::int64_t>(std::clamp(position, 0.0, static_cast<double>(axis.from - 1))));
        }
        const double sum =
            method.antialias || method.exclude_outside ? std::accumulate(weights.begin(), weights.end(), 0.0) : 1.0;
        for (const double weight : weights)
            taps.weights.push_back(outside ? 0.0F : static_cast<float>(weight / sum));
    }
    return taps;
}

/// One axis of the data resized; `what` names it in messages.
ValueIndex resize_axis(Lowering& lowering, ValueIndex data, const Method& method, const Axis& axis)
{
    if (method.mode == "nearest" && method.coordinates != "tf_crop_and_resize") {
        std::vector<std::int64_t> indices;
        for (std::int64_t at = 0; at < axis.to; ++at)
            indices.push_back(std::clamp<std::int64_t>(
                nearest_position(method.nearest, original_position(method, axis, at)), 0, axis.from - 1));
        return lowering.apply("Gather", {data}, {{"axis", axis.position}, {"indices", std::move(indices)}});
    }
    // Wider filters, and tables of more entries, are refused as damaged.
    constexpr double widest = 1 << 16;
    constexpr std::int64_t largest = std::int64_t{1} << 26;
    const double stretch = method.antialias ? std::min(axis.scale, 1.0) : 1.0;
    const double half = (method.mode == "cubic" ? 2.0 : 1.0) / stretch;
    const auto reach = static_cast<std::int64_t>(std::min(std::ceil(half), widest));
    if (half > widest || axis.to > largest / (2 * reach))
        throw Lowering::Failure{{ErrorCode::bad_input, {}, "its filter of " + general_text(half, 6) + " is absurd"}};
    Taps taps;
    if (method.mode == "nearest") {
        taps.count = 1;
        for (std::int64_t at = 0; at < axis.to; ++at) {
            const double x = original_position(method, axis, at);
            const bool outside = x < 0 || x > static_cast<double>(axis.from - 1);
            taps.outside = taps.outside || outside;
            taps.indices.push_back(
                outside ? 0 : std::clamp<std::int64_t>(nearest_position(method.nearest, x), 0, axis.from - 1));
            taps.weights.push_back(outside ? 0.0F : 1.0F);
            taps.offsets.push_back(outside ? method.extrapolation : 0.0F);
        }
    } else {
        taps = find_taps(method, axis, reach);
    }
    Lowering::Attributes attributes{{"axis", axis.position},
                                    {"taps", taps.count},
                                    {"indices", std::move(taps.indices)},
                                    {"weights", std::move(taps.weights)}};
    if (taps.outside)
        attributes["offsets"] = std::move(taps.offsets);
    return lowering.apply("Resize", {data}, std::move(attributes));
}

/// The floats of a constant input, or of an attribute; nullopt when both are absent.
Expected<std::optional<std::vector<float>>> floats(const NodeContext& context, const char* key, std::size_t input)
{
    using Result = std::optional<std::vector<float>>;
    if (context.has(input)) {
        const Tensor* tensor = context.constant(input);
        if (!tensor)
            return unsupported({}, "its " + std::string(key) + " are computed from the data");
        if (tensor->is_int)
            return bad_input({}, "its " + std::string(key) + " are not floats");
        return tensor->floats.empty() ? Result() : Result(tensor->floats);
    }
    const auto found = context.node.attributes.find(key);
    const auto* list =
        found == context.node.attributes.end() ? nullptr : std::get_if<std::vector<float>>(&found->second);
    return list ? Result(*list) : Result();
}

/// The wanted extents, with scales where the node gives scales.
Expected<std::vector<Axis>> read_axes(const NodeContext& context, std::size_t scales_input, std::size_t sizes_input)
{
    const Shape& shape = context.shape(0);
    const auto scales = floats(context, "scales", scales_input);
    const auto sizes = context.integers("sizes", sizes_input);
    if (!scales || !sizes)
        return tl::unexpected<Error>(scales ? sizes.error() : scales.error());
    std::vector<std::int64_t> positions(shape.size());
    std::iota(positions.begin(), positions.end(), 0);
    positions = context.node.integers("axes", positions);
    if (const auto distinct = normal_axes(positions, context.rank(0)); !distinct)
        return tl::unexpected<Error>(distinct.error());
    const bool by_size = *sizes && !(*sizes)->empty();
    if (by_size == scales->has_value() || (by_size ? (*sizes)->size() : (*scales)->size()) != positions.size())
        return bad_input({}, "it does not have one scale or one size an axis");
    std::vector<Axis> axes;
    double common = 0;
    const std::string policy = context.node.text("keep_aspect_ratio_policy", "stretch");
    for (std::size_t i = 0; i < positions.size(); ++i) {
        Axis axis;
        axis.position = *normal_axis(positions[i], context.rank(0));
        axis.from = shape[static_cast<std::size_t>(axis.position)];
        axis.scale = by_size ? double((**sizes)[i]) / double(axis.from) : double((**scales)[i]);
        const double to = by_size ? double((**sizes)[i]) : std::floor(double(axis.from) * axis.scale);
        if (axis.from == 0 || !(axis.scale > 0) || !(to >= 1 && to <= double(max_flowing_elements)))
            return bad_input({}, "its scales or sizes do not fit its input " + to_text(shape));
        axis.to = static_cast<std::int64_t>(to);
        common = i == 0                   ? axis.scale
                 : policy == "not_larger" ? std::min(common, axis.scale)
                                          : std::max(common, axis.scale);
        axes.push_back(axis);
    }
    if (by_size && policy != "stretch")
        for (Axis& axis : axes) {
            axis.scale = common;
            axis.to =
                std::max<std::int64_t>(static_cast<std::int64_t>(std::floor(common * double(axis.from) + 0.5)), 1);
        }
    return axes;
}

Expected<void> resize(NodeContext& context, const Method& method, const std::vector<Axis>& axes)
{
    Shape result = context.shape(0);
    for (const Axis& axis : axes)
        result[static_cast<std::size_t>(axis.position)] = axis.to;
    if (!checked_element_count(result, max_flowing_elements))
        return bad_input({}, "its result would have the impossible shape " + to_text(result));
    if (method.mode != "nearest" && method.mode != "linear" && method.mode != "cubic")
        return bad_input({}, "its mode is '" + method.mode + "'");
    if (context.value(0).is_int && (method.mode != "nearest" || method.coordinates == "tf_crop_and_resize"))
        return unsupported({}, "interpolation between integers");
    return lower(context, [&](Lowering& lowering) {
        ValueIndex data = lowering.input(0);
        for (const Axis& axis : axes)
            if (axis.from != axis.to || axis.scale != 1.0 || method.coordinates == "tf_crop_and_resize")
                data = resize_axis(lowering, data, method, axis);
        return std::vector{data};
    });
}

Expected<void> resize_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    if (context.node.attributes.contains("taps")) {  // normal form
        Shape shape = context.shape(0);
        const auto axis = static_cast<std::size_t>(context.node.integer("axis", 0));
        shape[axis] =
            static_cast<std::int64_t>(context.node.integers("indices").size()) / context.node.integer("taps", 1);
        context.shapes = {std::move(shape)};
        return {};
    }
    const bool first_form = context.opset < 11;  // Resize(X, scales)
    auto axes = read_axes(context, first_form ? 1 : 2, 3);
    if (!axes)
        return forward(axes);
    const auto roi = floats(context, "roi", first_form ? 4 : 1);
    if (!roi)
        return tl::unexpected<Error>(roi.error());
    Method method;
    method.mode = context.node.text("mode", "nearest");
    method.coordinates = first_form ? "asymmetric" : context.node.text("coordinate_transformation_mode", "half_pixel");
    method.nearest = first_form ? "floor" : context.node.text("nearest_mode", "round_prefer_floor");
    method.cubic = double(context.node.number("cubic_coeff_a", -0.75F));
    method.extrapolation = context.node.number("extrapolation_value", 0.0F);
    method.exclude_outside = context.node.integer("exclude_outside", 0) != 0;
    method.antialias = context.node.integer("antialias", 0) != 0;
    if (method.coordinates == "tf_crop_and_resize") {
        if (!*roi || (*roi)->size() != 2 * axes->size())
            return bad_input({}, "it crops without a region of two numbers an axis");
        for (std::size_t i = 0; i < axes->size(); ++i) {
            (*axes)[i].roi_start = double((**roi)[i]);
            (*axes)[i].roi_end = double((**roi)[axes->size() + i]);
        }
    }
    return resize(context, method, *axes);
}

Expected<void> upsample_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    auto axes = read_axes(context, 1, 2);
    if (!axes)
        return forward(axes);
    Method method;
    method.mode = context.node.text("mode", "nearest");
    method.coordinates = "asymmetric";
    method.nearest = "floor";
    return resize(context, method, *axes);
}

using Takes::integers_too;

constexpr Operator operators[] = {
    {"Resize", resize_rule, nullptr, integers_too},
    {"Upsample", upsample_rule, nullptr, integers_too},
};

}  // namespace

std::span<const Operator> resize_operators()
{
    return operators;
}

}  // namespace exitscope::model
