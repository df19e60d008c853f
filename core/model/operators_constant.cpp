// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/operators.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <onnx/onnx_pb.h>

#include "core/model/folding.h"
#include "core/model/onnx_tensor.h"

namespace exitscope::model {
namespace {

Expected<void> result_is(NodeContext& context, Tensor tensor)
{
    context.results = {context.add_constant(std::move(tensor), context.node.name)};
    return {};
}

Tensor integer_list(std::vector<std::int64_t> values)
{
    Tensor tensor;
    tensor.is_int = true;
    tensor.shape = {static_cast<std::int64_t>(values.size())};
    tensor.ints = std::move(values);
    return tensor;
}

Expected<void> require_constants(const NodeContext& context, std::size_t count)
{
    if (Expected<void> there = context.require_inputs(0, count - 1); !there)
        return there;
    for (std::size_t i = 0; i < count; ++i)
        if (!context.constant(i))
            return unsupported({},
                               "it is supported on constants only, and its input " + std::to_string(i) + " is data");
    return {};
}

/// Fails before anything of this size is allocated.
Expected<void> require_modest(const Shape& shape)
{
    if (!checked_element_count(shape, max_folded_elements))
        return bad_input({}, "its result would have the absurd shape " + to_text(shape));
    return {};
}

}  // namespace

Expected<void> constant_rule(NodeContext& context)
{
    for (const auto& [key, attribute] : context.node.attributes) {
        Tensor tensor;
        if (const auto* whole = std::get_if<Tensor>(&attribute); whole && key == "value")
            tensor = *whole;
        else if (const auto* number = std::get_if<float>(&attribute); number && key == "value_float")
            tensor.floats = {*number};
        else if (const auto* integer = std::get_if<std::int64_t>(&attribute); integer && key == "value_int") {
            tensor = integer_list({*integer});
            tensor.shape = {};
        } else if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&attribute);
                   integers && key == "value_ints")
            tensor = integer_list(*integers);
        else if (const auto* numbers = std::get_if<std::vector<float>>(&attribute); numbers && key == "value_floats") {
            tensor.floats = *numbers;
            tensor.shape = {static_cast<std::int64_t>(numbers->size())};
        } else
            continue;
        return result_is(context, std::move(tensor));
    }
    return unsupported({}, "it holds no dense tensor of numbers");
}

Expected<void> shape_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const std::int64_t rank = context.rank(0);
    const auto clamp = [rank](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? at + rank : at, 0, rank); };
    const std::int64_t start = clamp(context.node.integer("start", 0));
    const std::int64_t end = std::max(start, clamp(context.node.integer("end", rank)));
    const Shape& shape = context.shape(0);
    return result_is(context, integer_list({shape.begin() + start, shape.begin() + end}));
}

Expected<void> size_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    Tensor size = integer_list({element_count(context.shape(0))});
    size.shape = {};
    return result_is(context, std::move(size));
}

Expected<void> cast_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const std::int64_t type = context.node.integer("to", 0);
    const std::optional<bool> to_int = is_integer_type(static_cast<int>(std::clamp<std::int64_t>(type, 0, 1 << 20)));
    if (!to_int)
        return unsupported({}, "a cast to the element type " + std::to_string(type));
    const Tensor* source = context.constant(0);
    if (!source && *to_int)
        return unsupported({}, "a cast of data to integers");
    const bool to_bool = type == onnx::TensorProto::BOOL;
    if (!source || (source->is_int == *to_int && !to_bool)) {
        context.results = {*context.node.inputs[0]};
        return {};
    }
    Tensor result;
    result.shape = source->shape;
    result.is_int = *to_int;
    if (!*to_int) {
        result.floats.assign(source->ints.begin(), source->ints.end());
    } else if (source->is_int) {
        for (const std::int64_t value : source->ints)
            result.ints.push_back(value != 0);
    } else {
        for (const float value : source->floats) {
            if (!(std::fabs(value) < 0x1p63F))
                return bad_input({}, "a constant that does not fit the integer type it is cast to");
            result.ints.push_back(to_bool ? value != 0.0F : static_cast<std::int64_t>(value));
        }
    }
    return result_is(context, std::move(result));
}

Expected<void> gather_rule(NodeContext& context)
{
    if (Expected<void> constants = require_constants(context, 2); !constants)
        return constants;
    const Tensor& data = *context.constant(0);
    const Tensor& indices = *context.constant(1);
    const Expected<std::int64_t> axis = normal_axis(context.node.integer("axis", 0), context.rank(0));
    if (!axis)
        return tl::unexpected<Error>(axis.error());
    if (!indices.is_int)
        return bad_input({}, "its indices are not integers");
    const std::int64_t extent = data.shape[static_cast<std::size_t>(*axis)];
    Shape shape(data.shape.begin(), data.shape.begin() + *axis);
    shape.insert(shape.end(), indices.shape.begin(), indices.shape.end());
    shape.insert(shape.end(), data.shape.begin() + *axis + 1, data.shape.end());
    if (Expected<void> modest = require_modest(shape); !modest)
        return modest;
    const std::int64_t row = row_major_strides(data.shape)[static_cast<std::size_t>(*axis)];
    Tensor result;
    result.shape = std::move(shape);
    result.is_int = data.is_int;
    const std::int64_t blocks =
        element_count(result.shape) == 0 ? 0 : element_count(Shape(data.shape.begin(), data.shape.begin() + *axis));
    for (std::int64_t block = 0; block < blocks; ++block)
        for (std::int64_t index : indices.ints) {
            const Expected<std::int64_t> position = normal_axis(index, extent);
            if (!position)
                return bad_input({}, "its index " + std::to_string(index) + " is outside " + to_text(data.shape));
            const std::int64_t from = (block * extent + *position) * row;
            if (data.is_int)
                result.ints.insert(result.ints.end(), data.ints.begin() + from, data.ints.begin() + from + row);
            else
                result.floats.insert(result.floats.end(), data.floats.begin() + from, data.floats.begin() + from + row);
        }
    return result_is(context, std::move(result));
}

Expected<void> constant_of_shape_rule(NodeContext& context)
{
    const auto shape = context.integers("shape", 0);
    if (!shape)
        return tl::unexpected<Error>(shape.error());
    if (!*shape)
        return bad_input({}, "it has no shape");
    if (Expected<void> modest = require_modest(**shape); !modest)
        return modest;
    Tensor result;
    result.shape = **shape;
    const auto count = static_cast<std::size_t>(element_count(result.shape));
    const auto given = context.node.attributes.find("value");
    const auto* value = given == context.node.attributes.end() ? nullptr : std::get_if<Tensor>(&given->second);
    if (value && value->floats.size() + value->ints.size() != 1)
        return bad_input({}, "its value is not one number");
    result.is_int = value && value->is_int;
    if (result.is_int)
        result.ints.assign(count, value->ints.front());
    else
        result.floats.assign(count, value ? value->floats.front() : 0.0F);
    return result_is(context, std::move(result));
}

Expected<void> expand_rule(NodeContext& context)
{
    if (Expected<void> constants = require_constants(context, 2); !constants)
        return constants;
    const std::optional<Shape> shape = broadcast(context.shape(0), context.constant(1)->ints);
    if (!shape)
        return bad_input({},
                         to_text(context.shape(0)) + " cannot be expanded to " + to_text(context.constant(1)->ints));
    if (Expected<void> modest = require_modest(*shape); !modest)
        return modest;
    const Tensor& source = *context.constant(0);
    return result_is(context, strided_copy(source, *shape, broadcast_strides(source.shape, *shape)));
}

Expected<void> range_rule(NodeContext& context)
{
    if (Expected<void> constants = require_constants(context, 3); !constants)
        return constants;
    const bool is_int = context.value(0).is_int;
    double bounds[3] = {};
    for (std::size_t i = 0; i < 3; ++i) {
        const Tensor& bound = *context.constant(i);
        if (bound.is_int != is_int || bound.ints.size() + bound.floats.size() != 1)
            return bad_input({}, "its bounds are not three numbers of one type");
        bounds[i] = is_int ? static_cast<double>(bound.ints.front()) : static_cast<double>(bound.floats.front());
    }
    const double count = std::max(0.0, std::ceil((bounds[1] - bounds[0]) / bounds[2]));
    if (!(count <= static_cast<double>(max_folded_elements)))
        return bad_input({}, "its range is absurd");
    Tensor result;
    result.is_int = is_int;
    result.shape = {static_cast<std::int64_t>(count)};
    for (std::int64_t i = 0; i < result.shape.front(); ++i) {
        if (is_int)
            result.ints.push_back(static_cast<std::int64_t>(
                static_cast<std::uint64_t>(context.constant(0)->ints.front()) +
                static_cast<std::uint64_t>(i) * static_cast<std::uint64_t>(context.constant(2)->ints.front())));
        else
            result.floats.push_back(static_cast<float>(bounds[0] + static_cast<double>(i) * bounds[2]));
    }
    return result_is(context, std::move(result));
}

Expected<void> where_rule(NodeContext& context)
{
    if (Expected<void> constants = require_constants(context, 3); !constants)
        return constants;
    const Tensor& condition = *context.constant(0);
    const Tensor& yes = *context.constant(1);
    const Tensor& no = *context.constant(2);
    std::optional<Shape> shape = broadcast(yes.shape, no.shape);
    if (shape)
        shape = broadcast(*shape, condition.shape);
    if (!shape || !condition.is_int || yes.is_int != no.is_int)
        return bad_input({}, "its inputs do not fit");
    if (Expected<void> modest = require_modest(*shape); !modest)
        return modest;
    const auto spread = [&](const Tensor& tensor) {
        return strided_copy(tensor, *shape, broadcast_strides(tensor.shape, *shape));
    };
    const Tensor choice = spread(condition);
    const Tensor otherwise = spread(no);
    Tensor result = spread(yes);
    for (std::size_t i = 0; i < choice.ints.size(); ++i) {
        if (choice.ints[i] != 0)
            continue;
        if (result.is_int)
            result.ints[i] = otherwise.ints[i];
        else
            result.floats[i] = otherwise.floats[i];
    }
    return result_is(context, std::move(result));
}

Expected<void> constant_unary_rule(NodeContext& context)
{
    if (Expected<void> constants = require_constants(context, 1); !constants)
        return constants;
    return unary_rule(context);
}

Expected<void> comparison_rule(NodeContext& context)
{
    if (Expected<void> constants = require_constants(context, 2); !constants)
        return constants;
    return broadcast_rule(context);
}

}  // namespace exitscope::model
