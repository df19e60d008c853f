// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/node_kernels.h"

#include <array>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include "core/network/model/window.h"

namespace exitscope::engine {
namespace {

/// Every axis shows all its positions.
kernels::Positions identity(const model::Shape& out)
{
    kernels::Positions positions(out.size());
    for (std::size_t d = 0; d < out.size(); ++d) {
        positions[d].resize(static_cast<std::size_t>(out[d]));
        std::iota(positions[d].begin(), positions[d].end(), std::int64_t{0});
    }
    return positions;
}

kernels::Rearrangement padding(const model::Node& node, const model::Shape& in, const std::vector<std::size_t>& stored)
{
    const std::string mode = node.text("mode", "constant");
    const std::vector<std::int64_t> pads = node.integers("pads");
    const auto middle = pads.begin() + static_cast<std::ptrdiff_t>(in.size());
    return kernels::padding(mode == "edge"      ? kernels::Padding::edge
                            : mode == "reflect" ? kernels::Padding::reflect
                            : mode == "wrap"    ? kernels::Padding::wrap
                                                : kernels::Padding::constant,
                            in, {pads.begin(), middle}, {middle, pads.end()}, stored);
}

}  // namespace

std::optional<kernels::UnaryOperation> unary_operation(const model::Node& node)
{
    using kernels::Unary;
    using kernels::UnaryOperation;
    constexpr float infinity = std::numeric_limits<float>::infinity();
    if (node.op == "Clip")
        return UnaryOperation{Unary::clip, node.number("min", -infinity), node.number("max", infinity)};
    if (node.op == "LeakyRelu")
        return UnaryOperation{Unary::leaky_relu, node.number("alpha", 0.01F)};
    if (node.op == "Elu")
        return UnaryOperation{Unary::elu, node.number("alpha", 1.0F)};
    if (node.op == "HardSigmoid")
        return UnaryOperation{Unary::hard_sigmoid, node.number("alpha", 0.2F), node.number("beta", 0.5F)};
    if (node.op == "Celu")
        return UnaryOperation{Unary::celu, node.number("alpha", 1.0F)};
    if (node.op == "Selu")
        return UnaryOperation{Unary::selu, node.number("alpha", 1.67326319F), node.number("gamma", 1.05070102F)};
    if (node.op == "Shrink")
        return UnaryOperation{Unary::shrink, node.number("lambd", 0.5F), node.number("bias", 0.0F)};
    if (node.op == "ThresholdedRelu")
        return UnaryOperation{Unary::thresholded_relu, node.number("alpha", 1.0F)};
    if (node.op == "Gelu")
        return UnaryOperation{node.text("approximate", "none") == "tanh" ? Unary::gelu_tanh : Unary::gelu};
    using enum Unary;
    static constexpr std::array<std::pair<std::string_view, Unary>, 29> plain = {
        {{"Abs", abs},           {"Acos", acos},
         {"Acosh", acosh},       {"Asin", asin},
         {"Asinh", asinh},       {"Atan", atan},
         {"Atanh", atanh},       {"Ceil", ceil},
         {"Cos", cos},           {"Cosh", cosh},
         {"Erf", erf},           {"Exp", exp},
         {"Floor", floor},       {"HardSwish", hard_swish},
         {"Log", log},           {"Mish", mish},
         {"Neg", neg},           {"Reciprocal", reciprocal},
         {"Relu", relu},         {"Round", round},
         {"Sigmoid", sigmoid},   {"Sign", sign},
         {"Sin", sin},           {"Sinh", sinh},
         {"Softplus", softplus}, {"Softsign", softsign},
         {"Sqrt", sqrt},         {"Tan", tan},
         {"Tanh", tanh}}};
    for (const auto& [name, kind] : plain)
        if (node.op == name)
            return UnaryOperation{kind};
    return std::nullopt;
}

std::optional<kernels::Binary> binary_operation(std::string_view op)
{
    using kernels::Binary;
    static constexpr std::array<std::pair<std::string_view, Binary>, 10> known = {{{"Add", Binary::add},
                                                                                   {"Sum", Binary::add},
                                                                                   {"Sub", Binary::sub},
                                                                                   {"Mul", Binary::mul},
                                                                                   {"Div", Binary::div},
                                                                                   {"Pow", Binary::pow},
                                                                                   {"Max", Binary::max},
                                                                                   {"Min", Binary::min},
                                                                                   {"Mod", Binary::mod},
                                                                                   {"PRelu", Binary::prelu}}};
    for (const auto& [name, operation] : known)
        if (op == name)
            return operation;
    return std::nullopt;
}

std::optional<kernels::Rearrangement> rearrangement(const model::Node& node, std::size_t output_number,
                                                    const model::Shape& in, const model::Shape& out,
                                                    const std::vector<std::size_t>& stored)
{
    if (node.op == "Pad")
        return padding(node, in, stored);
    kernels::Positions positions = identity(out);
    std::vector<std::size_t> along = kernels::row_major(out.size());
    if (node.op == "Slice") {
        const auto axes = node.integers("axes");
        const auto starts = node.integers("starts");
        const auto steps = node.integers("steps", std::vector<std::int64_t>(axes.size(), 1));
        for (std::size_t a = 0; a < axes.size(); ++a)
            for (std::int64_t& position : positions[static_cast<std::size_t>(axes[a])])
                position = starts[a] + position * steps[a];
    } else if (node.op == "Split") {
        const auto axis = static_cast<std::size_t>(node.integer("axis", 0));
        const auto sizes = node.integers("split");
        const std::int64_t start =
            std::accumulate(sizes.begin(), sizes.begin() + static_cast<std::ptrdiff_t>(output_number), std::int64_t{0});
        for (std::int64_t& position : positions[axis])
            position += start;
    } else if (node.op == "Tile") {
        for (std::size_t d = 0; d < out.size(); ++d)
            for (std::int64_t& position : positions[d])
                position %= in[d];
    } else if (node.op == "Gather") {
        positions[static_cast<std::size_t>(node.integer("axis", 0))] = node.integers("indices");
    } else if (node.op == "Transpose") {
        const auto order = node.integers("perm");
        for (std::size_t d = 0; d < out.size(); ++d)
            along[d] = static_cast<std::size_t>(order[d]);
    } else {
        return std::nullopt;
    }
    return kernels::selection(in, along, positions, stored);
}

kernels::PoolPlan pool_plan(const model::Node& node, const model::Shape& in, const model::Shape& out)
{
    using kernels::Pooling;
    const bool average = node.op == "AveragePool" || node.op == "GlobalAveragePool";
    const Pooling pooling = average ? Pooling::average : node.op == "LpPool" ? Pooling::norm : Pooling::max;
    kernels::PoolPlan plan;
    if (node.op == "GlobalAveragePool" || node.op == "GlobalMaxPool") {
        plan = kernels::global_pool_plan(pooling, in);
    } else {
        const model::Window window = model::window_of(node, node.integers("kernel_shape"));
        std::vector<kernels::PoolWindow> axes;
        for (std::size_t a = 0; a < window.kernel.size(); ++a)
            axes.push_back(
                {window.kernel[a], window.strides[a], window.dilations[a], window.pads_begin[a], window.pads_end[a]});
        plan = kernels::pool_plan(pooling, axes, node.integer("count_include_pad", 0) != 0, in, out);
    }
    plan.power = static_cast<double>(node.integer("p", 2));
    plan.transposed_indices = node.integer("storage_order", 0) != 0;
    return plan;
}

kernels::DirectConvolution direct_convolution(const model::Node& node, const model::Shape& in,
                                              const model::Shape& weights, const model::Shape& out)
{
    const model::Window window = model::window_of(node, {weights.begin() + 2, weights.end()});
    kernels::DirectConvolution convolution;
    convolution.batch = static_cast<std::size_t>(in[0]);
    convolution.groups = static_cast<std::size_t>(node.integer("group", 1));
    convolution.group_inputs = static_cast<std::size_t>(weights[1]);
    convolution.group_outputs = static_cast<std::size_t>(weights[0]) / convolution.groups;
    const std::size_t spatial = in.size() - 2;
    for (std::size_t d = 0; d < spatial; ++d)
        convolution.axes[3 - spatial + d] = {in[2 + d],         out[2 + d],          window.kernel[d],
                                             window.strides[d], window.dilations[d], window.pads_begin[d]};
    return convolution;
}

kernels::FakeQuantization fake_quantization(const model::Node& node)
{
    const std::int64_t zero = node.integer("zero_point", 0);
    return {node.number("scale", 1.0F), static_cast<float>(node.integer("low", 0) - zero),
            static_cast<float>(node.integer("high", 255) - zero)};
}

}  // namespace exitscope::engine
