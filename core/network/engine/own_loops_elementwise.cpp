// SPDX-License-Identifier: GPL-3.0-or-later
// Element-wise operators on integers, and those whose result is of another type than their input.
#include <cmath>
#include <cstdint>

#include "core/network/engine/kernels/broadcast.h"
#include "core/network/engine/own_loops.h"
#include "core/network/model/integer_arithmetic.h"

namespace exitscope::engine {
namespace {

using Integer = std::int64_t;

const model::Value& input(const model::Graph& graph, const model::Node& node, std::size_t position)
{
    return graph.value(*node.inputs[position]);
}
const model::Value& output(const model::Graph& graph, const model::Node& node)
{
    return graph.value(node.outputs.front());
}
std::size_t count(const model::Value& value)
{
    return static_cast<std::size_t>(model::element_count(value.shape));
}

/// out[i] = function(in[i])
template <class In, class Out, class Function>
Loop each(const model::Value& value, Function function)
{
    return [=, size = count(value)](const Operands& o) {
        const In* in = o.in<In>(0);
        Out* out = o.out<Out>(0);
        for (std::size_t i = 0; i < size; ++i)
            out[i] = function(in[i]);
    };
}

/// out[i] = function(a[i], b[i]) of inputs `first` and `second`, broadcast; from its own output where `first` is none.
template <class In, class Function>
Loop pairs(const model::Graph& graph, const model::Node& node, Function function)
{
    using Plan = kernels::BroadcastPlan<2>;
    const model::Shape& out = output(graph, node).shape;
    std::vector<Plan> plans{Plan({&input(graph, node, 0).shape, &input(graph, node, 1).shape}, out)};
    for (std::size_t i = 2; i < node.inputs.size(); ++i)
        plans.push_back(Plan({&out, &input(graph, node, i).shape}, out));
    return [plans = std::move(plans), function](const Operands& o) {
        Integer* to = o.out<Integer>(0);
        const auto combine = [&](const Plan& plan, const In* a, const In* b) {
            plan.rows([&](const auto& at, const auto& step, std::size_t start, std::size_t n) {
                for (std::size_t i = 0; i < n; ++i)
                    to[start + i] = function(a[at[0] + i * step[0]], b[at[1] + i * step[1]]);
            });
        };
        combine(plans[0], o.in<In>(0), o.in<In>(1));
        if constexpr (std::is_same_v<In, Integer>)
            for (std::size_t i = 1; i < plans.size(); ++i)
                combine(plans[i], to, o.in<In>(i + 1));
    };
}

template <class T>
Loop choose(const model::Graph& graph, const model::Node& node)
{
    kernels::BroadcastPlan<3> plan(
        {&input(graph, node, 0).shape, &input(graph, node, 1).shape, &input(graph, node, 2).shape},
        output(graph, node).shape);
    return [plan = std::move(plan)](const Operands& o) {
        const Integer* condition = o.in<Integer>(0);
        const T* yes = o.in<T>(1);
        const T* no = o.in<T>(2);
        T* out = o.out<T>(0);
        plan.rows([&](const auto& at, const auto& step, std::size_t start, std::size_t n) {
            for (std::size_t i = 0; i < n; ++i)
                out[start + i] =
                    condition[at[0] + i * step[0]] != 0 ? yes[at[1] + i * step[1]] : no[at[2] + i * step[2]];
        });
    };
}

Loop plan_integer_unary(const model::Graph& graph, const model::Node& node)
{
    const model::Value& result = output(graph, node);
    return each<Integer, Integer>(result, [function = model::integer_unary(node), type = result.element](Integer x) {
        return model::narrowed(function(x), type);
    });
}

Loop plan_integer_binary(const model::Graph& graph, const model::Node& node)
{
    return pairs<Integer>(graph, node,
                          [function = model::integer_binary(node), type = output(graph, node).element](
                              Integer x, Integer y) { return model::narrowed(function(x, y), type); });
}

Loop plan_comparison(const model::Graph& graph, const model::Node& node)
{
    if (input(graph, node, 0).is_int)
        return pairs<Integer>(graph, node, model::integer_binary(node));
    return pairs<float>(graph, node,
                        [compare = model::float_comparison(node)](float x, float y) { return Integer{compare(x, y)}; });
}

Loop plan_classification(const model::Graph& graph, const model::Node& node)
{
    const model::Value& data = input(graph, node, 0);
    if (node.op == "IsNaN")
        return each<float, Integer>(data, [](float x) { return Integer{std::isnan(x)}; });
    const bool positive = node.integer("detect_positive", 1) != 0;
    const bool negative = node.integer("detect_negative", 1) != 0;
    return each<float, Integer>(data, [=](float x) { return Integer{std::isinf(x) && (x > 0 ? positive : negative)}; });
}

Loop plan_where(const model::Graph& graph, const model::Node& node)
{
    return output(graph, node).is_int ? choose<Integer>(graph, node) : choose<float>(graph, node);
}

Loop plan_cast(const model::Graph& graph, const model::Node& node)
{
    const model::Value& from = input(graph, node, 0);
    const model::ValueType to = output(graph, node).type();
    const model::ElementType type = to.element;
    if (from.is_int && to.is_int)
        return each<Integer, Integer>(from, [type](Integer x) { return model::narrowed(x, type); });
    if (from.is_int)
        return each<Integer, float>(from, [type](Integer x) { return model::narrowed(static_cast<float>(x), type); });
    if (!to.is_int)
        return each<float, float>(from, [type](float x) { return model::narrowed(x, type); });
    if (to == model::bool_type)
        return each<float, Integer>(from, [](float x) { return Integer{x != 0.0F}; });
    return each<float, Integer>(from, [type](float x) { return model::narrowed(model::to_integer(x), type); });
}

constexpr OwnLoop loops[] = {
    {"Abs", plan_integer_unary},         {"Add", plan_integer_binary},        {"And", plan_integer_binary},
    {"BitShift", plan_integer_binary},   {"BitwiseAnd", plan_integer_binary}, {"BitwiseNot", plan_integer_unary},
    {"BitwiseOr", plan_integer_binary},  {"BitwiseXor", plan_integer_binary}, {"Cast", plan_cast},
    {"Div", plan_integer_binary},        {"Equal", plan_comparison},          {"Greater", plan_comparison},
    {"GreaterOrEqual", plan_comparison}, {"IsInf", plan_classification},      {"IsNaN", plan_classification},
    {"Less", plan_comparison},           {"LessOrEqual", plan_comparison},    {"Max", plan_integer_binary},
    {"Min", plan_integer_binary},        {"Mod", plan_integer_binary},        {"Mul", plan_integer_binary},
    {"Neg", plan_integer_unary},         {"Not", plan_integer_unary},         {"Or", plan_integer_binary},
    {"Pow", plan_integer_binary},        {"Relu", plan_integer_unary},        {"Sign", plan_integer_unary},
    {"Sub", plan_integer_binary},        {"Sum", plan_integer_binary},        {"Where", plan_where},
    {"Xor", plan_integer_binary},
};

}  // namespace

std::span<const OwnLoop> elementwise_loops()
{
    return loops;
}

}  // namespace exitscope::engine
