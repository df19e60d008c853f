// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/operators.h"

#include <algorithm>
#include <string>

namespace exitscope::model {
namespace {

Tensor transposed(const Tensor& matrix)
{
    Tensor result;
    const auto rows = static_cast<std::size_t>(matrix.shape[0]);
    const auto columns = static_cast<std::size_t>(matrix.shape[1]);
    result.shape = {matrix.shape[1], matrix.shape[0]};
    result.floats.resize(rows * columns);
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = 0; c < columns; ++c)
            result.floats[c * rows + r] = matrix.floats[r * columns + c];
    return result;
}

Tensor scaled(Tensor tensor, float factor)
{
    for (float& element : tensor.floats)
        element *= factor;
    return tensor;
}

/// A bias of one value a column as an [outputs] vector: [outputs], [1, outputs], [1] or a scalar.
std::optional<Tensor> as_bias(const Tensor& addend, std::int64_t outputs)
{
    const auto count = static_cast<std::int64_t>(addend.floats.size());
    const bool row = count == 1 || (count == outputs && !addend.shape.empty() && addend.shape.back() == outputs);
    if (!row)
        return std::nullopt;
    Tensor bias;
    bias.shape = {outputs};
    bias.floats =
        count == 1 ? std::vector<float>(static_cast<std::size_t>(outputs), addend.floats.front()) : addend.floats;
    return bias;
}

/// Gemm with constant weights in normal form: X[N,I] W[O,I] (B[O]), and an addend that is no bias in a node behind it.
void normalise_weights(NodeContext& context, std::int64_t rows, std::int64_t inner, std::int64_t outputs)
{
    Node& node = context.node;
    const float alpha = node.number("alpha", 1.0F);
    const float beta = node.number("beta", 1.0F);
    if (node.integer("transA", 0) != 0)
        node.inputs[0] =
            context.add_node("Transpose", {node.inputs[0]}, {{"perm", std::vector<std::int64_t>{1, 0}}}, {rows, inner});
    if (node.integer("transB", 0) == 0 || alpha != 1.0F) {
        const Tensor& weights = *context.constant(1);
        node.inputs[1] = context.add_constant(
            scaled(node.integer("transB", 0) == 0 ? transposed(weights) : weights, alpha), node.name + "/weights");
    }
    node.attributes = {{"alpha", 1.0F}, {"beta", 1.0F}, {"transA", std::int64_t{0}}, {"transB", std::int64_t{1}}};
    std::optional<ValueIndex> addend;
    if (const Tensor* constant = context.constant(2)) {
        if (std::optional<Tensor> bias = as_bias(*constant, outputs); bias) {
            if (beta != 1.0F || constant->shape != bias->shape)
                node.inputs[2] = context.add_constant(scaled(std::move(*bias), beta), node.name + "/bias");
        } else {
            addend =
                beta == 1.0F ? node.inputs[2] : context.add_constant(scaled(*constant, beta), node.name + "/addend");
        }
    } else if (context.has(2)) {
        addend = node.inputs[2];
        if (beta != 1.0F) {
            Tensor factor;
            factor.floats = {beta};
            const ValueIndex by = context.add_constant(std::move(factor), node.name + "/beta");
            addend = context.add_node("Mul", {addend, by}, {}, context.shape(2));
        }
    }
    if (!addend)
        return;
    const ValueIndex product =
        context.add_node("Gemm", {node.inputs[0], node.inputs[1]}, node.attributes, {rows, outputs});
    node.op = "Add";
    node.inputs = {product, *addend};
    node.attributes.clear();
}

}  // namespace

Expected<void> gemm_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 1); !there)
        return there;
    const Shape& a = context.shape(0);
    const Shape& b = context.shape(1);
    const bool trans_a = context.node.integer("transA", 0) != 0;
    const bool trans_b = context.node.integer("transB", 0) != 0;
    if (a.size() != 2 || b.size() != 2 || a[trans_a ? 0 : 1] != b[trans_b ? 1 : 0])
        return bad_input({}, "the matrices " + to_text(a) + " and " + to_text(b) + " do not fit");
    const std::int64_t rows = a[trans_a ? 1 : 0];
    const std::int64_t inner = a[trans_a ? 0 : 1];
    const std::int64_t outputs = b[trans_b ? 0 : 1];
    const Shape result{rows, outputs};
    if (context.has(2) && broadcast(context.shape(2), result) != result)
        return bad_input({}, "its addend " + to_text(context.shape(2)) + " does not fit its result " + to_text(result));
    if (context.value(1).is_int || (context.has(2) && context.value(2).is_int))
        return unsupported({}, "matrices of integers");
    if (context.constant(1)) {
        normalise_weights(context, rows, inner, outputs);
    } else {
        context.node.attributes = {{"alpha", context.node.number("alpha", 1.0F)},
                                   {"beta", context.node.number("beta", 1.0F)},
                                   {"transA", std::int64_t{trans_a}},
                                   {"transB", std::int64_t{trans_b}}};
    }
    context.shapes = {result};
    return {};
}

Expected<void> matmul_rule(NodeContext& context)
{
    if (Expected<void> there = context.require_inputs(0, 1); !there)
        return there;
    const Shape a = context.shape(0);
    const Shape b = context.shape(1);
    if (context.value(0).is_int || context.value(1).is_int)
        return unsupported({}, "matrices of integers");
    if (a.size() < 2 || b.size() < 2)
        return unsupported({}, "a product with a vector");
    if (a.size() == 2 && b.size() == 2 && context.constant(1)) {
        context.node.op = "Gemm";
        context.node.attributes.clear();
        return gemm_rule(context);
    }
    const std::optional<Shape> leading = broadcast(Shape(a.begin(), a.end() - 2), Shape(b.begin(), b.end() - 2));
    if (!leading || a.back() != b[b.size() - 2])
        return bad_input({}, "the tensors " + to_text(a) + " and " + to_text(b) + " do not fit");
    Shape result = *leading;
    result.push_back(a[a.size() - 2]);
    result.push_back(b.back());
    context.shapes = {std::move(result)};
    return {};
}

}  // namespace exitscope::model
