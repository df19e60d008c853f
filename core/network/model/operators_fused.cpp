// SPDX-License-Identifier: GPL-3.0-or-later
// Operators that ONNX Runtime's optimiser writes into the models that it saves: several operators in one.
#include <array>
#include <string>
#include <utility>

#include "core/network/model/lowering.h"
#include "core/network/model/operators.h"

namespace exitscope::model {
namespace {

/// The activation at the end of a fused operator, with its parameters in the order of the attribute
/// `activation_params`.
struct Activation {
    std::string_view name;
    std::array<std::string_view, 2> parameters;
};
constexpr std::array activations = {
    Activation{"Relu", {}},
    Activation{"Sigmoid", {}},
    Activation{"Tanh", {}},
    Activation{"LeakyRelu", {"alpha", ""}},
    Activation{"Clip", {"min", "max"}},
    Activation{"HardSigmoid", {"alpha", "beta"}},
};

ValueIndex activate(Lowering& lowering, ValueIndex value, const std::string& name, const std::vector<float>& parameters)
{
    if (name.empty())
        return value;
    for (const Activation& activation : activations) {
        if (activation.name != name)
            continue;
        Lowering::Attributes attributes;
        for (std::size_t i = 0; i < std::min(parameters.size(), activation.parameters.size()); ++i)
            if (!activation.parameters[i].empty())
                attributes.emplace(activation.parameters[i], parameters[i]);
        return lowering.apply(name, {value}, std::move(attributes));
    }
    throw Lowering::Failure{{ErrorCode::unsupported, {}, "its activation " + name + " is not supported"}};
}

std::vector<float> numbers(const Node& node, const std::string& key)
{
    const auto found = node.attributes.find(key);
    const auto* values = found == node.attributes.end() ? nullptr : std::get_if<std::vector<float>>(&found->second);
    return values ? *values : std::vector<float>();
}

/// The attributes of the operator inside, without those of the activation.
Lowering::Attributes inner_attributes(const Node& node)
{
    Lowering::Attributes attributes = node.attributes;
    std::erase_if(attributes, [](const auto& entry) { return entry.first.starts_with("activation"); });
    return attributes;
}

/// activation(Conv(X, W, B) + Z)
Expected<void> fused_conv_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 1); !there)
        return there;
    const Node node = context.node;
    return lower(context, [&](Lowering& lowering) {
        Lowering::Inputs inputs(node.inputs.begin(),
                                node.inputs.begin() +
                                    static_cast<std::ptrdiff_t>(std::min<std::size_t>(node.inputs.size(), 3)));
        ValueIndex result = lowering.apply("Conv", std::move(inputs), inner_attributes(node));
        if (node.inputs.size() > 3 && node.inputs[3])
            result = lowering.apply("Add", {result, node.inputs[3]});
        return std::vector{activate(lowering, result, node.text("activation", ""), numbers(node, "activation_params"))};
    });
}

/// activation(Gemm(A, B, C))
Expected<void> fused_gemm_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 1); !there)
        return there;
    const Node node = context.node;
    return lower(context, [&](Lowering& lowering) {
        const ValueIndex product = lowering.apply("Gemm", node.inputs, inner_attributes(node));
        return std::vector{activate(lowering, product, node.text("activation", ""),
                                    {node.number("activation_alpha", 0.01F), node.number("activation_beta", 0.0F)})};
    });
}

/// alpha * A B, each matrix transposed where the attributes say so.
Expected<void> fused_matmul_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 1); !there)
        return there;
    const Node node = context.node;
    if (node.integer("transBatchA", 0) != 0 || node.integer("transBatchB", 0) != 0)
        return unsupported({}, "it transposes batches");
    return lower(context, [&](Lowering& lowering) {
        const auto operand = [&](std::size_t position, std::string_view transposed) {
            const ValueIndex value = lowering.input(position);
            const std::int64_t rank = lowering.rank(value);
            if (node.integer(transposed, 0) == 0 || rank < 2)
                return value;
            Lowering::Integers perm(static_cast<std::size_t>(rank));
            for (std::size_t axis = 0; axis < perm.size(); ++axis)
                perm[axis] = static_cast<std::int64_t>(axis);
            std::swap(perm[perm.size() - 1], perm[perm.size() - 2]);
            return lowering.transpose(value, std::move(perm));
        };
        const ValueIndex product = lowering.apply("MatMul", {operand(0, "transA"), operand(1, "transB")});
        const float alpha = node.number("alpha", 1.0F);
        return std::vector{alpha == 1.0F ? product : lowering.apply("Mul", {product, lowering.number(alpha)})};
    });
}

/// Gelu, FastGelu (tanh) and BiasGelu, of the input plus an optional bias; QuickGelu: x sigmoid(alpha x).
Expected<void> gelu_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 0); !there)
        return there;
    const Node node = context.node;
    return lower(context, [&](Lowering& lowering) {
        const ValueIndex data = lowering.input(0);
        if (node.op.ends_with("QuickGelu")) {
            const ValueIndex scaled = lowering.apply("Mul", {data, lowering.number(node.number("alpha", 1.702F))});
            return std::vector{lowering.apply("Mul", {data, lowering.apply("Sigmoid", {scaled})})};
        }
        const bool biased = node.inputs.size() > 1 && node.inputs[1];
        const ValueIndex sum = biased ? lowering.apply("Add", {data, node.inputs[1]}) : data;
        const std::string how = node.op.ends_with("FastGelu") ? "tanh" : "none";
        return std::vector{lowering.apply("Gelu", {sum}, {{"approximate", how}})};
    });
}

/// LayerNormalization(X + skip + bias) * gamma + beta
Expected<void> skip_layer_normalization_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 2); !there)
        return there;
    if (context.output_count > 1)
        return unsupported({}, "its further outputs are not supported");
    const Node node = context.node;
    const auto input = [&](std::size_t position) {
        return position < node.inputs.size() ? node.inputs[position] : std::nullopt;
    };
    return lower(context, [&](Lowering& lowering) {
        ValueIndex sum = lowering.apply("Add", {lowering.input(0), lowering.input(1)});
        if (input(4))
            sum = lowering.apply("Add", {sum, input(4)});
        return std::vector{lowering.apply("LayerNormalization", {sum, input(2), input(3)},
                                          {{"axis", std::int64_t{-1}}, {"epsilon", node.number("epsilon", 1e-12F)}})};
    });
}

constexpr Operator operators[] = {
    {"com.microsoft.BiasGelu", gelu_rule},
    {"com.microsoft.FastGelu", gelu_rule},
    {"com.microsoft.FusedConv", fused_conv_rule},
    {"com.microsoft.FusedGemm", fused_gemm_rule},
    {"com.microsoft.FusedMatMul", fused_matmul_rule},
    {"com.microsoft.Gelu", gelu_rule},
    {"com.microsoft.QuickGelu", gelu_rule},
    {"com.microsoft.SkipLayerNormalization", skip_layer_normalization_rule},
};

}  // namespace

std::span<const Operator> fused_operators()
{
    return operators;
}

}  // namespace exitscope::model
