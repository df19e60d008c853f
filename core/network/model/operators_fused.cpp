// SPDX-License-Identifier: GPL-3.0-or-later
// Operators into which ONNX Runtime's optimiser merges several of a file's (domain com.microsoft), taken apart again.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/network/model/lowering.h"

namespace exitscope::model {
namespace {

/// Ends a fused operator with the function that its attribute `activation` names.
ValueIndex activated(Lowering& l, const std::string& function, const std::vector<float>& parameters, ValueIndex value)
{
    const auto parameter = [&](std::size_t i, float otherwise) {
        return i < parameters.size() ? parameters[i] : otherwise;
    };
    if (function.empty())
        return value;
    if (function == "Relu" || function == "Sigmoid" || function == "Tanh")
        return l.apply(function, {value});
    if (function == "LeakyRelu")
        return l.apply(function, {value}, {{"alpha", parameter(0, 0.01F)}});
    if (function == "HardSigmoid")
        return l.apply(function, {value}, {{"alpha", parameter(0, 0.2F)}, {"beta", parameter(1, 0.5F)}});
    if (function == "Clip" && parameters.size() == 2)
        return l.apply(function, {value, l.number(double(parameters[0])), l.number(double(parameters[1]))});
    throw Lowering::Failure{{ErrorCode::unsupported, {}, "its activation '" + function + "' is not supported"}};
}

std::vector<float> floats(const Node& node, const std::string& key)
{
    const auto found = node.attributes.find(key);
    const auto* list = found == node.attributes.end() ? nullptr : std::get_if<std::vector<float>>(&found->second);
    return list ? *list : std::vector<float>();
}

Lowering::Inputs first_inputs(const NodeContext& context, std::size_t count)
{
    Lowering::Inputs inputs = context.node.inputs;
    inputs.resize(std::min(inputs.size(), count));
    return inputs;
}

/// Conv of the first three inputs, the fourth added, then the activation.
Expected<void> fused_conv_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 1); !there)
        return there;
    return lower(context, [&](Lowering& l) {
        Lowering::Attributes attributes = context.node.attributes;
        const std::string function = context.node.text("activation", "");
        const std::vector<float> parameters = floats(context.node, "activation_params");
        attributes.erase("activation");
        attributes.erase("activation_params");
        ValueIndex value = l.apply("Conv", first_inputs(context, 3), std::move(attributes));
        if (context.has(3))
            value = l.apply("Add", {value, l.input(3)});
        return std::vector{activated(l, function, parameters, value)};
    });
}

Expected<void> fused_gemm_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 1); !there)
        return there;
    return lower(context, [&](Lowering& l) {
        Lowering::Attributes attributes = context.node.attributes;
        const std::string function = context.node.text("activation", "");
        std::vector<float> parameters;
        for (const char* key : {"activation_alpha", "activation_beta"})
            if (attributes.contains(key))
                parameters.push_back(context.node.number(key, 0.0F));
        for (const char* key : {"activation", "activation_alpha", "activation_beta", "activation_gamma"})
            attributes.erase(key);
        const ValueIndex value = l.apply("Gemm", first_inputs(context, 3), std::move(attributes));
        return std::vector{activated(l, function, parameters, value)};
    });
}

ValueIndex last_axes_swapped(Lowering& l, ValueIndex value)
{
    Lowering::Integers perm;
    for (std::int64_t axis = 0; axis < l.rank(value); ++axis)
        perm.push_back(axis);
    if (perm.size() > 1)
        std::swap(perm[perm.size() - 1], perm[perm.size() - 2]);
    return l.transpose(value, std::move(perm));
}

/// alpha * A' * B'
Expected<void> fused_matmul_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 1); !there)
        return there;
    const Node& node = context.node;
    if (node.integer("transBatchA", 0) != 0 || node.integer("transBatchB", 0) != 0)
        return unsupported({}, "it moves the batch axis");
    return lower(context, [&](Lowering& l) {
        const auto alpha = double(context.node.number("alpha", 1.0F));
        const bool left = context.node.integer("transA", 0) != 0;
        const bool right = context.node.integer("transB", 0) != 0;
        const ValueIndex a = left ? last_axes_swapped(l, l.input(0)) : l.input(0);
        const ValueIndex b = right ? last_axes_swapped(l, l.input(1)) : l.input(1);
        const ValueIndex product = l.apply("MatMul", {a, b});
        return std::vector{alpha == 1.0 ? product : l.apply("Mul", {product, l.number(alpha)})};
    });
}

/// Gelu(x), or Gelu(x + bias)
Expected<void> gelu_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    return lower(context, [&](Lowering& l) {
        const ValueIndex value = context.has(1) ? l.apply("Add", {l.input(0), l.input(1)}) : l.input(0);
        return std::vector{l.apply("Gelu", {value})};
    });
}

/// x * sigmoid(alpha x)
Expected<void> quick_gelu_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    return lower(context, [&](Lowering& l) {
        const auto alpha = double(context.node.number("alpha", 1.702F));
        const ValueIndex gate = l.apply("Sigmoid", {l.apply("Mul", {l.input(0), l.number(alpha)})});
        return std::vector{l.apply("Mul", {l.input(0), gate})};
    });
}

/// LayerNormalization(input + skip [+ bias])
Expected<void> skip_layer_normalization_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 2); !there)
        return there;
    return lower(context, [&](Lowering& l) {
        ValueIndex sum = l.apply("Add", {l.input(0), l.input(1)});
        if (context.has(4))
            sum = l.apply("Add", {sum, l.input(4)});
        Lowering::Inputs inputs{sum, l.input(2)};
        if (context.has(3))
            inputs.emplace_back(l.input(3));
        return std::vector{l.apply("LayerNormalization", std::move(inputs),
                                   {{"axis", std::int64_t{-1}}, {"epsilon", context.node.number("epsilon", 1e-12F)}})};
    });
}

constexpr Operator operators[] = {
    {"com.microsoft.BiasGelu", gelu_rule},
    {"com.microsoft.FusedConv", fused_conv_rule},
    {"com.microsoft.FusedGemm", fused_gemm_rule},
    {"com.microsoft.FusedMatMul", fused_matmul_rule},
    {"com.microsoft.Gelu", gelu_rule},
    {"com.microsoft.QuickGelu", quick_gelu_rule},
    {"com.microsoft.SkipLayerNormalization", skip_layer_normalization_rule},
};

}  // namespace

std::span<const Operator> fused_operators()
{
    return operators;
}

}  // namespace exitscope::model
