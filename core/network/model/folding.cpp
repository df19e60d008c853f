// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/folding.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <type_traits>

#include "core/network/model/integer_arithmetic.h"
#include "core/network/model/operators.h"

namespace exitscope::model {
namespace {

std::optional<float> unary(const std::string& op, float x)
{
    if (op == "Abs")
        return std::fabs(x);
    if (op == "Neg")
        return -x;
    if (op == "Sqrt")
        return std::sqrt(x);
    if (op == "Exp")
        return std::exp(x);
    if (op == "Floor")
        return std::floor(x);
    if (op == "Ceil")
        return std::ceil(x);
    if (op == "Round")
        return std::nearbyint(x);
    if (op == "Relu")
        return std::max(x, 0.0F);
    if (op == "Tanh")
        return std::tanh(x);
    if (op == "Sigmoid")
        return 1.0F / (1.0F + std::exp(-x));
    return std::nullopt;
}

std::optional<float> binary(const std::string& op, float x, float y)
{
    if (op == "Add" || op == "Sum")
        return x + y;
    if (op == "Sub")
        return x - y;
    if (op == "Mul")
        return x * y;
    if (op == "Div")
        return x / y;
    if (op == "Mod")
        return std::fmod(x, y);
    if (op == "Pow")
        return std::pow(x, y);
    if (op == "Max")
        return std::max(x, y);
    if (op == "Min")
        return std::min(x, y);
    return std::nullopt;
}

/// out[i] = f(a[i], b[i]) with both broadcast to `shape`; nullopt where f returns nullopt.
template <class Out, class In, class Function>
std::optional<Tensor> combine(const Tensor& a, const Tensor& b, const Shape& shape, Function&& f)
{
    Tensor result;
    result.shape = shape;
    result.is_int = !std::is_same_v<Out, float>;
    std::vector<Out>& out = elements_of<Out>(result);
    out.resize(static_cast<std::size_t>(element_count(shape)));
    Walker at_a(shape, broadcast_strides(a.shape, shape));
    Walker at_b(shape, broadcast_strides(b.shape, shape));
    for (Out& element : out) {
        const std::optional<Out> computed = f(elements_of<In>(a)[at_a.offset()], elements_of<In>(b)[at_b.offset()]);
        if (!computed)
            return std::nullopt;
        element = *computed;
        at_a.next();
        at_b.next();
    }
    return result;
}

std::optional<Tensor> combine(const Node& node, const Tensor& a, const Tensor& b, const Shape& shape)
{
    if (a.is_int)
        return combine<std::int64_t, std::int64_t>(
            a, b, shape,
            [function = integer_binary(node), divides = node.op == "Div" || node.op == "Mod"](auto x, auto y) {
                return function && !(divides && y == 0) ? std::optional(function(x, y)) : std::nullopt;
            });
    if (const FloatComparison compare = float_comparison(node))
        return combine<std::int64_t, float>(
            a, b, shape, [compare](float x, float y) { return std::optional<std::int64_t>(compare(x, y)); });
    return combine<float, float>(a, b, shape, [&node](float x, float y) { return binary(node.op, x, y); });
}

tl::unexpected<Error> no_value(const NodeContext& context)
{
    return bad_input({}, "its constant inputs have no " + context.node.op);
}

}  // namespace

Expected<Tensor> fold_unary(const NodeContext& context)
{
    Tensor result = *context.constant(0);
    const IntegerUnary function = integer_unary(context.node);
    if (result.is_int && !function)
        return no_value(context);
    for (std::int64_t& element : result.ints)
        element = function(element);
    for (float& element : result.floats) {
        const std::optional<float> computed = unary(context.node.op, element);
        if (!computed)
            return no_value(context);
        element = *computed;
    }
    return result;
}

Expected<Tensor> fold_binary(const NodeContext& context)
{
    Tensor result = *context.constant(0);
    for (std::size_t i = 1; i < context.node.inputs.size(); ++i) {
        const Tensor& next = *context.constant(i);
        const std::optional<Shape> shape = broadcast(result.shape, next.shape);
        std::optional<Tensor> combined = shape ? combine(context.node, result, next, *shape) : std::nullopt;
        if (!combined)
            return no_value(context);
        result = std::move(*combined);
    }
    return result;
}

Expected<Tensor> fold_reduce(const NodeContext& context)
{
    const std::string& op = context.node.op;
    const Tensor& source = *context.constant(0);
    Shape kept = source.shape;
    std::int64_t reduced = 1;
    for (const std::int64_t axis : context.node.integers("axes")) {
        reduced *= kept[static_cast<std::size_t>(axis)];
        kept[static_cast<std::size_t>(axis)] = 1;
    }
    const bool mean = op == "ReduceMean";
    if (mean && reduced == 0)
        return no_value(context);
    Tensor result = empty_like(source, kept);
    Node step;
    step.op = op == "ReduceMax" ? "Max" : op == "ReduceMin" ? "Min" : op == "ReduceProd" ? "Mul" : "Add";
    const IntegerBinary of_integers = integer_binary(step);
    Walker at(source.shape, broadcast_strides(kept, source.shape));
    visit_elements(source, [&](const auto& from) {
        using T = typename std::decay_t<decltype(from)>::value_type;
        std::vector<T>& out = elements_of<T>(result);
        using Limits = std::numeric_limits<T>;
        std::fill(out.begin(), out.end(),
                  step.op == "Max"   ? (Limits::has_infinity ? -Limits::infinity() : Limits::lowest())
                  : step.op == "Min" ? (Limits::has_infinity ? Limits::infinity() : Limits::max())
                  : step.op == "Mul" ? T{1}
                                     : T{0});
        for (const T element : from) {
            T& sum = out[at.offset()];
            if constexpr (std::is_same_v<T, float>)
                sum = *binary(step.op, sum, element);
            else
                sum = of_integers(sum, element);
            at.next();
        }
        if (mean)
            for (T& sum : out)
                sum /= static_cast<T>(reduced);
    });
    result.shape = context.shapes.front();
    return result;
}

Expected<Tensor> fold_where(const NodeContext& context)
{
    const Shape& shape = context.shapes.front();
    const auto spread = [&](std::size_t input) {
        const Tensor& tensor = *context.constant(input);
        return strided_copy(tensor, shape, broadcast_strides(tensor.shape, shape));
    };
    const Tensor choice = spread(0);
    const Tensor otherwise = spread(2);
    Tensor result = spread(1);
    for (std::size_t i = 0; i < choice.ints.size(); ++i) {
        if (choice.ints[i] != 0)
            continue;
        if (result.is_int)
            result.ints[i] = otherwise.ints[i];
        else
            result.floats[i] = otherwise.floats[i];
    }
    return result;
}

Expected<Tensor> fold_cast(const NodeContext& context)
{
    const Tensor& source = *context.constant(0);
    const ValueType type = context.types.front();
    Tensor result;
    result.shape = source.shape;
    result.is_int = type.is_int;
    for (const float value : source.floats) {
        if (type == bool_type)
            result.ints.push_back(value != 0.0F);
        else if (type.is_int)
            result.ints.push_back(to_integer(value));
        else
            result.floats.push_back(narrowed(value, type.element));
    }
    for (const std::int64_t value : source.ints) {
        if (type.is_int)
            result.ints.push_back(value);
        else
            result.floats.push_back(narrowed(static_cast<float>(value), type.element));
    }
    return result;
}

}  // namespace exitscope::model
