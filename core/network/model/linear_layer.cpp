// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/linear_layer.h"

#include <cstddef>

#include "core/network/model/window.h"

namespace exitscope::model {
namespace {

const Tensor* float_constant(const Graph& graph, const Node& node, std::size_t position)
{
    if (position >= node.inputs.size() || !node.inputs[position])
        return nullptr;
    const Tensor* tensor = graph.value(*node.inputs[position]).constant.get();
    return tensor && !tensor->is_int ? tensor : nullptr;
}

bool flows(const Graph& graph, const Node& node, std::size_t position)
{
    return position < node.inputs.size() && node.inputs[position] && !graph.value(*node.inputs[position]).constant;
}

bool has_input(const Node& node, std::size_t position)
{
    return position < node.inputs.size() && node.inputs[position];
}

/// [rows, columns] -> [columns, rows], times `factor`.
std::vector<float> transposed(const std::vector<float>& values, std::int64_t rows, std::int64_t columns, float factor)
{
    std::vector<float> result(values.size());
    for (std::int64_t r = 0; r < rows; ++r)
        for (std::int64_t c = 0; c < columns; ++c)
            result[static_cast<std::size_t>(c * rows + r)] = factor * values[static_cast<std::size_t>(r * columns + c)];
    return result;
}

std::optional<LinearLayer> convolution(const Graph& graph, const Node& node)
{
    const Tensor* weights = float_constant(graph, node, 1);
    if (!flows(graph, node, 0) || !weights || weights->shape.size() != 4 ||
        (has_input(node, 2) && !float_constant(graph, node, 2)))
        return std::nullopt;
    LinearLayer layer;
    layer.convolution = true;
    layer.input = *node.inputs[0];
    layer.weight_shape = weights->shape;
    layer.weights = weights->floats;
    layer.groups = node.integer("group", 1);
    const Window window = window_of(node, {weights->shape.begin() + 2, weights->shape.end()});
    layer.strides = window.strides;
    layer.dilations = window.dilations;
    layer.pads_begin = window.pads_begin;
    layer.pads_end = window.pads_end;
    const Tensor* bias = float_constant(graph, node, 2);
    layer.bias = bias ? bias->floats : std::vector<float>(static_cast<std::size_t>(layer.output_channels()));
    if (layer.bias.size() != static_cast<std::size_t>(layer.output_channels()))
        return std::nullopt;
    return layer;
}

std::optional<LinearLayer> gemm(const Graph& graph, const Node& node)
{
    const Tensor* weights = float_constant(graph, node, 1);
    if (!flows(graph, node, 0) || !weights || weights->shape.size() != 2 || node.integer("transA", 0) != 0 ||
        (has_input(node, 2) && !float_constant(graph, node, 2)))
        return std::nullopt;
    const float alpha = node.number("alpha", 1.0F);
    const float beta = node.number("beta", 1.0F);
    LinearLayer layer;
    layer.input = *node.inputs[0];
    if (node.integer("transB", 0) != 0) {
        layer.weight_shape = weights->shape;
        layer.weights = weights->floats;
        for (float& weight : layer.weights)
            weight *= alpha;
    } else {
        layer.weight_shape = {weights->shape[1], weights->shape[0]};
        layer.weights = transposed(weights->floats, weights->shape[0], weights->shape[1], alpha);
    }
    const auto channels = static_cast<std::size_t>(layer.output_channels());
    layer.bias.assign(channels, 0.0F);
    if (const Tensor* bias = float_constant(graph, node, 2)) {
        const bool vector = bias->floats.size() == channels && bias->shape.back() == layer.output_channels();
        if (!vector && bias->floats.size() != 1)
            return std::nullopt;
        for (std::size_t c = 0; c < channels; ++c)
            layer.bias[c] = beta * bias->floats[vector ? c : 0];
    }
    return layer;
}

std::optional<LinearLayer> matmul(const Graph& graph, const Node& node)
{
    const Tensor* weights = float_constant(graph, node, 1);
    if (!flows(graph, node, 0) || !weights || weights->shape.size() != 2 || graph.value(*node.inputs[0]).shape.empty())
        return std::nullopt;
    LinearLayer layer;
    layer.input = *node.inputs[0];
    layer.weight_shape = {weights->shape[1], weights->shape[0]};
    layer.weights = transposed(weights->floats, weights->shape[0], weights->shape[1], 1.0F);
    const auto channels = static_cast<std::size_t>(layer.output_channels());
    const Tensor* bias = float_constant(graph, node, 2);
    if (has_input(node, 2) && (!bias || bias->floats.size() != channels))
        return std::nullopt;
    layer.bias = bias ? bias->floats : std::vector<float>(channels);
    return layer;
}

}  // namespace

std::optional<LinearLayer> linear_layer(const Graph& graph, const Node& node)
{
    if (node.op == "Conv")
        return convolution(graph, node);
    if (node.op == "Gemm")
        return gemm(graph, node);
    if (node.op == "MatMul")
        return matmul(graph, node);
    return std::nullopt;
}

}  // namespace exitscope::model
