// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/operators.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

#include "core/network/model/lowering.h"
#include "core/network/model/onnx_tensor.h"

namespace exitscope::model {
namespace {

struct Parameter {
    std::string_view op;
    const char* key;
    float otherwise;
};
/// Parameters of the activations with their default values in ONNX.
constexpr std::array activation_parameters = {
    Parameter{"Celu", "alpha", 1.0F},
    Parameter{"Elu", "alpha", 1.0F},
    Parameter{"HardSigmoid", "alpha", 0.2F},
    Parameter{"HardSigmoid", "beta", 0.5F},
    Parameter{"LeakyRelu", "alpha", 0.01F},
    Parameter{"Selu", "alpha", 1.67326319217681884765625F},
    Parameter{"Selu", "gamma", 1.05070102214813232421875F},
    Parameter{"Shrink", "bias", 0.0F},
    Parameter{"Shrink", "lambd", 0.5F},
    Parameter{"ThresholdedRelu", "alpha", 1.0F},
};

/// A constant input that holds one number; nullopt when the input is absent.
Expected<std::optional<float>> bound(const NodeContext& context, std::size_t input)
{
    using Result = std::optional<float>;
    const Tensor* tensor = context.constant(input);
    if (!tensor)
        return Result();
    if (tensor->floats.size() == 1)
        return Result(tensor->floats.front());
    if (tensor->ints.size() == 1)
        return Result(static_cast<float>(tensor->ints.front()));
    return bad_input({}, "its bounds are not single numbers");
}

/// Until opset 6 the second operand is aligned with the axes of the first from `axis` on; afterwards with the last.
Expected<void> align_second(NodeContext& context)
{
    const bool legacy = context.opset < 7 && context.node.integer("broadcast", 0) != 0;
    if (!legacy || !context.node.attributes.contains("axis") || context.node.inputs.size() != 2)
        return {};
    const Expected<std::int64_t> axis = normal_axis(context.node.integer("axis", 0), context.rank(0));
    if (!axis)
        return tl::unexpected<Error>(axis.error());
    const std::int64_t trailing = context.rank(0) - *axis - context.rank(1);
    if (trailing < 0)
        return bad_input({}, "the shapes " + to_text(context.shape(0)) + " and " + to_text(context.shape(1)) +
                                 " do not fit from axis " + std::to_string(*axis) + " on");
    Shape aligned = context.shape(1);
    aligned.insert(aligned.end(), static_cast<std::size_t>(trailing), 1);
    return lower(context, [&](Lowering& lowering) {
        context.node.inputs[1] = lowering.reshape(lowering.input(1), aligned);
        return std::vector<ValueIndex>();
    });
}

bool is_logic(std::string_view op)
{
    return op == "And" || op == "Or" || op == "Xor" || op == "Not";
}

bool is_integer_only(std::string_view op)
{
    return is_logic(op) || op.starts_with("Bit");
}

/// The operands' common shape; all of one kind.
Expected<Shape> broadcast_inputs(const NodeContext& context, std::size_t inputs)
{
    if (Expected<void> there = context.require_inputs(0, inputs - 1); !there)
        return forward(there);
    Shape shape = context.shape(0);
    for (std::size_t i = 1; i < inputs; ++i) {
        const std::optional<Shape> both = broadcast(shape, context.shape(i));
        if (!both)
            return bad_input({}, "the shapes " + to_text(shape) + " and " + to_text(context.shape(i)) + " do not fit");
        if (context.value(i).is_int != context.value(0).is_int)
            return unsupported({}, "it mixes integers with floats");
        shape = *both;
    }
    return shape;
}

Expected<void> unary_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    if (is_integer_only(context.node.op) && !context.value(0).is_int)
        return bad_input({}, "its input is not of an integer type");
    context.shapes = {context.shape(0)};
    return {};
}

Expected<void> activation_rule(NodeContext& context)
{
    for (const Parameter& parameter : activation_parameters)
        if (context.node.op == parameter.op)
            context.node.attributes[parameter.key] = context.node.number(parameter.key, parameter.otherwise);
    if (const std::string how = context.node.text("approximate", "none");
        context.node.op == "Gelu" && how != "none" && how != "tanh")
        return bad_input({}, "its approximation is '" + how + "'");
    return unary_rule(context);
}

/// x * Sigmoid(alpha * x)
Expected<void> swish_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const float alpha = context.node.number("alpha", 1.0F);
    return lower(context, [&](Lowering& lowering) {
        const ValueIndex data = lowering.input(0);
        const ValueIndex scaled = alpha == 1.0F ? data : lowering.apply("Mul", {data, lowering.number(alpha)});
        return std::vector{lowering.apply("Mul", {data, lowering.apply("Sigmoid", {scaled})})};
    });
}

Expected<void> clip_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const bool flows = (context.has(1) && !context.constant(1)) || (context.has(2) && !context.constant(2));
    if (flows || context.value(0).is_int)
        return lower(context, [&](Lowering& lowering) {
            ValueIndex value = lowering.input(0);
            if (context.has(1))
                value = lowering.apply("Max", {value, lowering.input(1)});
            if (context.has(2))
                value = lowering.apply("Min", {value, lowering.input(2)});
            return std::vector{value};
        });
    const auto lowest = bound(context, 1);
    const auto highest = bound(context, 2);
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
    if (Expected<void> aligned = align_second(context); !aligned)
        return aligned;
    Expected<Shape> shape = broadcast_inputs(context, inputs);
    if (!shape)
        return forward(shape);
    if (is_integer_only(op) && !context.value(0).is_int)
        return bad_input({}, "its inputs are not of an integer type");
    if (op == "Mod" && !context.value(0).is_int && context.node.integer("fmod", 0) == 0)
        return bad_input({}, "its inputs are floats, which needs fmod");
    context.shapes = {std::move(*shape)};
    if (inputs == 1)
        context.results = {*context.node.inputs[0]};
    return {};
}

/// The result has the type of the base, whatever that of the exponent.
Expected<void> pow_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 1); !there)
        return there;
    if (context.value(0).is_int == context.value(1).is_int)
        return broadcast_rule(context);
    const ValueType base = context.value(0).type();
    return lower(context, [&](Lowering& lowering) {
        const ValueIndex power = lowering.apply(
            "Pow", {lowering.cast(lowering.input(0), float_type), lowering.cast(lowering.input(1), float_type)});
        return std::vector{lowering.cast(power, base)};
    });
}

/// PRelu(x, slope): until opset 6 a slope of rank 1 holds one value per channel.
Expected<void> prelu_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 1); !there)
        return there;
    const Shape data = context.shape(0);
    const Shape slope = context.shape(1);
    if (context.opset < 7 && slope.size() == 1 && data.size() > 2 && slope[0] == data[1]) {
        Shape channels(data.size() - 1, 1);
        channels[0] = slope[0];
        return lower(context, [&](Lowering& lowering) {
            return std::vector{
                lowering.apply("PRelu", {lowering.input(0), lowering.reshape(lowering.input(1), channels)})};
        });
    }
    if (broadcast(data, slope) != data)
        return bad_input({}, "its slope " + to_text(slope) + " does not fit its input " + to_text(data));
    context.node.inputs.resize(2);
    context.shapes = {data};
    return {};
}

Expected<void> mean_rule(NodeContext& context)
{
    const std::size_t inputs = context.node.inputs.size();
    if (inputs == 0)
        return bad_input({}, "it has no inputs");
    if (Expected<void> there = context.require_inputs(0, inputs - 1); !there)
        return there;
    return lower(context, [&](Lowering& lowering) {
        const ValueIndex sum = lowering.apply("Sum", context.node.inputs);
        return std::vector{
            lowering.apply("Div", {sum, lowering.number(static_cast<double>(inputs), lowering.type(sum))})};
    });
}

Expected<void> comparison_rule(NodeContext& context)
{
    context.types = {bool_type};
    return broadcast_rule(context);
}

Expected<void> classification_rule(NodeContext& context)
{
    context.types = {bool_type};
    return unary_rule(context);
}

Expected<void> where_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 2); !there)
        return there;
    std::optional<Shape> shape = broadcast(context.shape(1), context.shape(2));
    if (shape)
        shape = broadcast(*shape, context.shape(0));
    if (!shape || !context.value(0).is_int || context.value(1).is_int != context.value(2).is_int)
        return bad_input({}, "its inputs do not fit");
    context.types = {context.value(1).type()};
    context.shapes = {std::move(*shape)};
    return {};
}

Expected<void> cast_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const std::int64_t number = context.node.integer("to", 0);
    const std::optional<ValueType> type = value_type(number);
    if (!type)
        return unsupported({}, "a cast to the element type " + std::to_string(number));
    const Value& source = context.value(0);
    context.node.attributes = {{"to", number}};
    context.types = {*type};
    context.shapes = {source.shape};
    const bool changes =
        source.is_int != type->is_int || type->element == ElementType::float16 ||
        type->element == ElementType::bfloat16 ||
        (type->is_int && type->element != ElementType::as_kept && source.element != ElementType::boolean);
    if (source.type() == *type)
        context.results = {*context.node.inputs[0]};
    else if (!changes) {  // the result equals the input
        context.node.op = "Reshape";
        context.node.attributes = {{"shape", source.shape}};
    }
    return {};
}

Expected<void> cast_like_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 1); !there)
        return there;
    context.node.op = "Cast";
    context.node.attributes = {{"to", onnx_type(context.value(1).type())}};
    context.node.inputs.resize(1);
    return cast_rule(context);
}

using enum Takes;

constexpr Operator operators[] = {
    {"Abs", unary_rule, fold_unary, integers_too},
    {"Acos", unary_rule},
    {"Acosh", unary_rule},
    {"Add", broadcast_rule, fold_binary, integers_too},
    {"And", broadcast_rule, fold_binary, integers_too},
    {"Asin", unary_rule},
    {"Asinh", unary_rule},
    {"Atan", unary_rule},
    {"Atanh", unary_rule},
    {"BitShift", broadcast_rule, nullptr, integers_too},
    {"BitwiseAnd", broadcast_rule, nullptr, integers_too},
    {"BitwiseNot", unary_rule, nullptr, integers_too},
    {"BitwiseOr", broadcast_rule, nullptr, integers_too},
    {"BitwiseXor", broadcast_rule, nullptr, integers_too},
    {"Cast", cast_rule, fold_cast, integers_too},
    {"CastLike", cast_like_rule, nullptr, integers_too},
    {"Ceil", unary_rule, fold_unary},
    {"Celu", activation_rule},
    {"Clip", clip_rule, nullptr, integers_too},
    {"Cos", unary_rule},
    {"Cosh", unary_rule},
    {"Div", broadcast_rule, fold_binary, integers_too},
    {"Elu", activation_rule},
    {"Equal", comparison_rule, fold_binary, integers_too},
    {"Erf", unary_rule},
    {"Exp", unary_rule, fold_unary},
    {"Floor", unary_rule, fold_unary},
    {"Gelu", activation_rule},
    {"Greater", comparison_rule, fold_binary, integers_too},
    {"GreaterOrEqual", comparison_rule, fold_binary, integers_too},
    {"HardSigmoid", activation_rule},
    {"HardSwish", unary_rule},
    {"IsInf", classification_rule},
    {"IsNaN", classification_rule},
    {"LeakyRelu", activation_rule},
    {"Less", comparison_rule, fold_binary, integers_too},
    {"LessOrEqual", comparison_rule, fold_binary, integers_too},
    {"Log", unary_rule},
    {"Max", broadcast_rule, fold_binary, integers_too},
    {"Mean", mean_rule},
    {"Min", broadcast_rule, fold_binary, integers_too},
    {"Mish", unary_rule},
    {"Mod", broadcast_rule, fold_binary, integers_too},
    {"Mul", broadcast_rule, fold_binary, integers_too},
    {"Neg", unary_rule, fold_unary, integers_too},
    {"Not", unary_rule, fold_unary, integers_too},
    {"Or", broadcast_rule, fold_binary, integers_too},
    {"PRelu", prelu_rule},
    {"Pow", pow_rule, fold_binary, integers_too},
    {"Reciprocal", unary_rule},
    {"Relu", unary_rule, fold_unary, integers_too},
    {"Round", unary_rule, fold_unary},
    {"Selu", activation_rule},
    {"Shrink", activation_rule},
    {"Sigmoid", unary_rule, fold_unary},
    {"Sign", unary_rule, nullptr, integers_too},
    {"Sin", unary_rule},
    {"Sinh", unary_rule},
    {"Softplus", unary_rule},
    {"Softsign", unary_rule},
    {"Sqrt", unary_rule, fold_unary},
    {"Sub", broadcast_rule, fold_binary, integers_too},
    {"Sum", broadcast_rule, fold_binary, integers_too},
    {"Swish", swish_rule},
    {"Tan", unary_rule},
    {"Tanh", unary_rule, fold_unary},
    {"ThresholdedRelu", activation_rule},
    {"Where", where_rule, fold_where, integers_too},
    {"Xor", broadcast_rule, fold_binary, integers_too},
};

}  // namespace

std::span<const Operator> elementwise_operators()
{
    return operators;
}

}  // namespace exitscope::model
