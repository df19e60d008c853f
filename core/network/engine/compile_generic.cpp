// SPDX-License-Identifier: GPL-3.0-or-later
// All operators but convolutions and matrix products with constant weights: own loops. Element-wise ones on floats
// take any layout, the others row-major elements.
#include <algorithm>
#include <memory>
#include <utility>

#include "core/network/engine/compiler.h"
#include "core/network/engine/kernels/reduce.h"
#include "core/network/engine/node_kernels.h"

namespace exitscope::engine {
namespace {

std::size_t product_of(const model::Shape& shape, std::size_t first, std::size_t last)
{
    std::size_t product = 1;
    for (std::size_t d = first; d < last; ++d)
        product *= static_cast<std::size_t>(shape[d]);
    return product;
}

/// Element-wise loops may run over a padded layout too, if the padding, which must stay 0, maps to 0.
bool keeps_zero(const kernels::UnaryOperation& operation)
{
    const float zero = 0.0F;
    float result = 1.0F;
    kernels::apply(operation, &zero, &result, 1);
    return result == 0.0F;
}
bool keeps_zero(kernels::Binary operation)
{
    const float zero = 0.0F;
    float result = 1.0F;
    kernels::apply(operation, &zero, &zero, &result, 1);
    return result == 0.0F;
}

}  // namespace

void Compiler::unary(const kernels::UnaryOperation& operation, ValueIndex input, ValueIndex output)
{
    FloatForm source = floating(input);
    if (!is_dense(source.layout) && !keeps_zero(operation))
        source = {plain_layout(shape(input)), plain(input)};
    const std::size_t size = source.layout.get_size();
    const BufferIndex result = out_.arena(size);
    set_float(output, source.layout, result);
    emit({source.buffer, result}, [=](const Context& c) {
        kernels::apply(operation, c.at<float>(source.buffer), c.at<float>(result), size / sizeof(float));
    });
}

void Compiler::binary(kernels::Binary operation, ValueIndex left, ValueIndex right, ValueIndex output)
{
    const bool same_shape = shape(left) == shape(right);
    const bool constant = model_.graph.value(left).constant || model_.graph.value(right).constant;
    if (same_shape && !constant) {
        const FloatForm a = floating(left);
        if (is_dense(a.layout) || keeps_zero(operation)) {
            const BufferIndex b = in_layout(right, a.layout);
            const std::size_t size = a.layout.get_size();
            const BufferIndex result = out_.arena(size);
            set_float(output, a.layout, result);
            emit({a.buffer, b, result}, [=](const Context& c) {
                kernels::apply(operation, c.at<float>(a.buffer), c.at<float>(b), c.at<float>(result),
                               size / sizeof(float));
            });
            return;
        }
    }
    const BufferIndex a = plain(left);
    const BufferIndex b = plain(right);
    const BufferIndex result = new_plain(output);
    emit({a, b, result}, [=, loop = kernels::Broadcast(operation, shape(left), shape(right), shape(output))](
                             const Context& c) { loop(c.at<float>(a), c.at<float>(b), c.at<float>(result)); });
}

void Compiler::product(const model::Node& node)
{
    const ValueIndex left = *node.inputs[0];
    const ValueIndex right = *node.inputs[1];
    const ValueIndex output = node.outputs[0];
    const model::Shape& out = shape(output);
    const std::size_t rank = out.size();
    kernels::MatrixProduct matrix{static_cast<std::size_t>(out[rank - 2]), static_cast<std::size_t>(out[rank - 1]), 0};
    matrix.left_transposed = node.integer("transA", 0) != 0;
    matrix.right_transposed = node.integer("transB", 0) != 0;
    matrix.alpha = node.number("alpha", 1.0F);
    matrix.depth = static_cast<std::size_t>(shape(left)[shape(left).size() - (matrix.left_transposed ? 2 : 1)]);

    // Offsets of the matrices of every batch entry, broadcast as numpy does.
    std::vector<std::pair<std::size_t, std::size_t>> offsets(product_of(out, 0, rank - 2));
    const auto offset = [&](const model::Shape& side, std::size_t entry) {
        std::size_t at = 0;
        std::size_t step = product_of(side, side.size() - 2, side.size());
        for (std::size_t d = rank - 2; d-- > 0;) {
            const std::size_t position = entry % static_cast<std::size_t>(out[d]);
            entry /= static_cast<std::size_t>(out[d]);
            if (d + side.size() < rank)
                continue;
            const auto extent = static_cast<std::size_t>(side[d + side.size() - rank]);
            at += extent == 1 ? 0 : position * step;
            step *= extent;
        }
        return at;
    };
    for (std::size_t entry = 0; entry < offsets.size(); ++entry)
        offsets[entry] = {offset(shape(left), entry), offset(shape(right), entry)};

    const BufferIndex a = plain(left);
    const BufferIndex b = plain(right);
    const BufferIndex result = new_plain(output);
    emit({a, b, result}, [=](const Context& c) {
        for (std::size_t entry = 0; entry < offsets.size(); ++entry)
            matrix(c.at<float>(a) + offsets[entry].first, c.at<float>(b) + offsets[entry].second,
                   c.at<float>(result) + entry * matrix.rows * matrix.columns);
    });
    if (node.op != "Gemm" || node.inputs.size() < 3 || !node.inputs[2])
        return;
    const float beta = node.number("beta", 1.0F);
    const BufferIndex bias = plain(*node.inputs[2]);
    const std::size_t bias_size = count(*node.inputs[2]);
    const BufferIndex scaled = out_.arena(bias_size * sizeof(float));
    const model::Shape& bias_shape = shape(*node.inputs[2]);
    emit({bias, scaled, result},
         [=, scale = kernels::Broadcast(kernels::Binary::mul, {}, bias_shape, bias_shape),
          add = kernels::Broadcast(kernels::Binary::add, out, bias_shape, out)](const Context& c) {
             scale(&beta, c.at<float>(bias), c.at<float>(scaled));
             add(c.at<float>(result), c.at<float>(scaled), c.at<float>(result));
         });
}

void Compiler::own_loop(const model::Node& node, LoopPlanner plan)
{
    std::vector<std::optional<BufferIndex>> inputs;
    std::vector<BufferIndex> touched;
    for (const auto& input : node.inputs) {
        inputs.push_back(input ? std::optional(elements(*input)) : std::nullopt);
        if (input)
            touched.push_back(*inputs.back());
    }
    std::vector<BufferIndex> outputs;
    for (const ValueIndex output : node.outputs)
        outputs.push_back(new_elements(output));
    touched.insert(touched.end(), outputs.begin(), outputs.end());
    emit(std::move(touched),
         [inputs = std::move(inputs), outputs = std::move(outputs), loop = plan(model_.graph, node)](const Context& c) {
             loop({c, inputs, outputs});
         });
}

Expected<void> Compiler::generic(const model::Node& node)
{
    const bool integers = node.inputs[0] && is_int(*node.inputs[0]);
    if (const auto operation = unary_operation(node); operation && !integers) {
        unary(*operation, *node.inputs[0], node.outputs[0]);
    } else if (const auto both = binary_operation(node.op); both && !integers) {
        nary(*both, node);
    } else if (node.op == "Gemm" || node.op == "MatMul") {
        product(node);
    } else if (const LoopPlanner plan = find_loop(node.op)) {
        own_loop(node, plan);
    } else {
        return unsupported("", "node " + node.name + ": operator " + node.op + " is not supported by the engine");
    }
    return {};
}

void Compiler::nary(kernels::Binary operation, const model::Node& node)
{
    const ValueIndex output = node.outputs[0];
    if (node.inputs.size() == 2) {
        binary(operation, *node.inputs[0], *node.inputs[1], output);
        return;
    }
    // A running result in the output's own buffer, starting from the first input broadcast to the output's shape.
    const model::Shape& out = shape(output);
    std::vector<BufferIndex> sources;
    for (const auto& input : node.inputs)
        sources.push_back(plain(*input));
    const BufferIndex result = new_plain(output);
    std::vector<kernels::Broadcast> loops;
    const std::size_t elements = count(output);
    for (const auto& input : node.inputs)
        loops.emplace_back(loops.empty() ? kernels::Binary::add : operation, out, shape(*input), out);
    std::vector<BufferIndex> touched = sources;
    touched.push_back(result);
    emit(std::move(touched), [=](const Context& c) {
        std::fill_n(c.at<float>(result), elements, 0.0F);
        for (std::size_t i = 0; i < sources.size(); ++i)
            loops[i](c.at<float>(result), c.at<float>(sources[i]), c.at<float>(result));
    });
}

}  // namespace exitscope::engine
