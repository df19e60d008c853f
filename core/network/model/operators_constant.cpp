// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/operators.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/network/model/folding.h"
#include "core/network/model/onnx_tensor.h"

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
    result.element = value ? value->element : ElementType::as_kept;
    if (result.is_int)
        result.ints.assign(count, value->ints.front());
    else
        result.floats.assign(count, value ? value->floats.front() : 0.0F);
    return result_is(context, std::move(result));
}

/// Ones on one diagonal of a matrix of the shape of the input.
Expected<void> eye_like_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const Shape shape = context.shape(0);
    ValueType type = context.value(0).type();
    if (context.node.attributes.contains("dtype")) {
        const std::optional<ValueType> given = value_type(context.node.integer("dtype", 0));
        if (!given)
            return unsupported({}, "its element type");
        type = *given;
    }
    if (shape.size() != 2)
        return bad_input({}, "its input " + to_text(shape) + " is not a matrix");
    if (Expected<void> modest = require_modest(shape); !modest)
        return modest;
    Tensor eye;
    eye.shape = shape;
    eye.is_int = type.is_int;
    eye.element = type.element;
    const auto count = static_cast<std::size_t>(element_count(shape));
    (type.is_int ? eye.ints.resize(count) : eye.floats.resize(count));
    const std::int64_t diagonal = std::clamp(context.node.integer("k", 0), -shape[0], shape[1]);
    for (std::int64_t row = std::max<std::int64_t>(-diagonal, 0); row < shape[0] && row + diagonal < shape[1]; ++row) {
        const auto at = static_cast<std::size_t>(row * shape[1] + row + diagonal);
        if (type.is_int)
            eye.ints[at] = 1;
        else
            eye.floats[at] = 1.0F;
    }
    return result_is(context, std::move(eye));
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
    result.element = context.value(0).element;
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

/// The positions of the elements that are not zero, one column each. The input must be constant, because the result's
/// shape depends on it.
Expected<void> non_zero_rule(NodeContext& context)
{
    if (Expected<void> constants = require_constants(context, 1); !constants)
        return constants;
    const Tensor& source = *context.constant(0);
    std::vector<std::size_t> found;
    const std::size_t count = source.is_int ? source.ints.size() : source.floats.size();
    for (std::size_t i = 0; i < count; ++i)
        if (source.is_int ? source.ints[i] != 0 : source.floats[i] != 0.0F)
            found.push_back(i);
    Tensor result;
    result.is_int = true;
    result.shape = {context.rank(0), static_cast<std::int64_t>(found.size())};
    if (Expected<void> modest = require_modest(result.shape); !modest)
        return modest;
    const std::vector<std::int64_t> strides = row_major_strides(source.shape);
    for (std::size_t axis = 0; axis < source.shape.size(); ++axis)
        for (const std::size_t at : found)
            result.ints.push_back(static_cast<std::int64_t>(at) / strides[axis] % source.shape[axis]);
    return result_is(context, std::move(result));
}

using enum Takes;

constexpr Operator operators[] = {
    {"Constant", constant_rule},
    {"ConstantOfShape", constant_of_shape_rule},
    {"EyeLike", eye_like_rule, nullptr, integers_too},
    {"NonZero", non_zero_rule},
    {"Range", range_rule},
    {"Shape", shape_rule, nullptr, integers_too},
    {"Size", size_rule, nullptr, integers_too},
};

}  // namespace

std::span<const Operator> constant_operators()
{
    return operators;
}

}  // namespace exitscope::model
