// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/model/native_quantization.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "core/base/plan/stage_plan.h"
#include "core/network/model/linear_layer.h"

namespace exitscope::model {
namespace {

using Refused = tl::unexpected<std::string>;

/// A channel whose weights have the scale 0 gets one by which its bias is about this integer.
constexpr float constant_channel_bias = 1 << 24;
constexpr float smallest_scale = 0x1p-100F;
/// The integer of a bias that the scale of its channel's weights, as the file has it, would make too large.
constexpr float largest_bias = 1 << 29;

/// Bits of the weights and of the data of a layer that a quantized file keeps as integers.
std::optional<Precision> bits_of(const Graph& graph, const Node& node)
{
    if ((node.op != "Conv" && node.op != "Gemm" && node.op != "MatMul") || node.inputs.size() < 2 || !node.inputs[0] ||
        !node.inputs[1])
        return std::nullopt;
    const Value& data = graph.value(*node.inputs[0]);
    const Value& weights = graph.value(*node.inputs[1]);
    if (!weights.constant || !weights.stored || weights.stored->scales.empty() || !data.stored || data.constant)
        return std::nullopt;
    const std::optional<ByteGrid>& grid = data.stored->operand ? data.stored->operand : data.stored->stream;
    if (!grid || weights.stored->bits > 8)
        return std::nullopt;
    constexpr std::uint8_t fewest = 2;
    return Precision{std::max(weights.stored->bits, fewest), std::max(grid->bits, fewest)};
}

std::optional<plan::Grid> as_grid(const std::optional<ByteGrid>& grid)
{
    return grid ? std::optional(plan::Grid{grid->scale, grid->zero_point, grid->bits}) : std::nullopt;
}

/// The integers of a layer whose input lies on a grid of scale `input_scale`, or the reason why it has none.
tl::expected<plan::QuantizedWeights, std::string> integer_weights(const Graph& graph, const Node& node,
                                                                  const LinearLayer& layer, float input_scale)
{
    const auto& stored = graph.value(*node.inputs[1]).stored;
    const auto channels = static_cast<std::size_t>(layer.output_channels());
    if (!stored || stored->scales.empty())
        return Refused("its weights are not integers in the file");
    const std::size_t axis = node.op == "MatMul" ? 1 : 0;
    if (stored->scales.size() != 1 && (stored->scales.size() != channels || stored->axis != axis))
        return Refused("the scales of its weights do not run along its output channels");
    plan::QuantizedWeights quantized;
    const std::size_t depth = layer.weights.size() / std::max<std::size_t>(channels, 1);
    quantized.values.resize(layer.weights.size());
    std::vector<float> rest;
    bool is_real = false;
    for (std::size_t c = 0; c < channels; ++c) {
        float scale = stored->scales[stored->scales.size() == 1 ? 0 : c];
        if (scale == 0.0F)  // the channel is constant: any scale whose sums can hold its bias
            scale = std::max(std::fabs(layer.bias[c]) / (input_scale * constant_channel_bias), smallest_scale);
        else if (std::fabs(layer.bias[c]) > float(plan::bias_limit) * input_scale * scale)  // weights next to nothing
            scale = std::fabs(layer.bias[c]) / (input_scale * largest_bias);
        quantized.scales.push_back(scale);
        for (std::size_t k = c * depth; k < (c + 1) * depth; ++k) {
            const float level = std::nearbyint(layer.weights[k] / scale);  // exact: products of small whole numbers
            if (!(level >= -128.0F && level <= 127.0F))
                return Refused("the zero point of its weights moves them beyond signed bytes");
            quantized.values[k] = static_cast<std::int8_t>(level);
        }
        const double exact = double(layer.bias[c]) / (double(input_scale) * double(scale));
        const double bias = std::nearbyint(exact);
        if (!(std::fabs(bias) <= plan::bias_limit))
            return Refused("its bias is too large for 32-bit sums");
        quantized.bias.push_back(static_cast<std::int32_t>(bias));
        rest.push_back(static_cast<float>(exact - bias));
        // whole numbers of the file, but for the rounding of their product with the scales
        is_real = is_real || std::fabs(rest.back()) > std::max(1e-3, 1e-6 * std::fabs(bias));
    }
    if (is_real)
        quantized.bias_rest = std::move(rest);
    return quantized;
}

/// Grids of all values of the graph; every stage uses those of the values that it reads and computes.
plan::StagePlan grids_of(const Graph& graph, Precision precision)
{
    plan::StagePlan plan;
    plan.precision = precision;
    plan.rounds_inside = true;
    plan.weights.resize(graph.nodes.size());
    for (const Value& value : graph.values) {
        const bool flows = value.stored && !value.constant;
        plan.stream.push_back(flows ? as_grid(value.stored->stream) : std::nullopt);
        plan.operand.push_back(flows && value.stored->operand ? as_grid(value.stored->operand) : plan.stream.back());
    }
    return plan;
}

}  // namespace

std::optional<NativeQuantization> native_quantization(const MultiExitModel& model)
{
    if (model.quantized_form.empty() || model.quantized_precision.is_float())
        return std::nullopt;
    const Graph& graph = model.graph;
    const plan::StagePlan grids = grids_of(graph, model.quantized_precision);
    NativeQuantization made;
    for (const Stage& stage : model.stages) {
        plan::StagePlan plan = grids;
        for (const auto* nodes : {&stage.trunk, &stage.head}) {
            for (const NodeIndex index : *nodes) {
                const Node& node = graph.node(index);
                if (node.op != "Conv" && node.op != "Gemm" && node.op != "MatMul")
                    continue;
                const auto refuse = [&](std::string reason) {
                    made.float_layers.push_back({node.name, node.op, std::move(reason)});
                };
                const auto layer = linear_layer(graph, node);
                if (!layer) {
                    refuse("its weights are not constant");
                    continue;
                }
                const std::optional<plan::Grid>& operand = plan.operand[layer->input.at()];
                if (!operand) {
                    refuse("its input is not on a grid of at most 8 bits");
                    continue;
                }
                auto weights = integer_weights(graph, node, *layer, operand->scale);
                if (!weights) {
                    refuse(std::move(weights.error()));
                    continue;
                }
                plan.weights[index.at()] = std::move(*weights);
                ++made.integer_layers;
            }
        }
        made.plans.push_back(std::move(plan));
    }
    return made;
}

Precision quantized_precision(const Graph& graph)
{
    std::map<Precision, std::int64_t> shares;
    for (const Node& node : graph.nodes)
        if (const std::optional<Precision> bits = bits_of(graph, node))
            shares[*bits] += std::max<std::int64_t>(macs(graph, node), 1);
    if (!shares.empty())
        return std::max_element(shares.begin(), shares.end(),
                                [](const auto& a, const auto& b) { return a.second < b.second; })
            ->first;
    const bool on_grid = std::any_of(graph.values.begin(), graph.values.end(), [](const Value& value) {
        return value.stored && !value.constant && (value.stored->stream || value.stored->operand);
    });
    return on_grid ? Precision{8, 8} : fp32;
}

std::vector<bool> wider_layers(const Graph& graph, Precision precision)
{
    std::vector<bool> wider;
    for (const Node& node : graph.nodes) {
        const std::optional<Precision> bits = bits_of(graph, node);
        wider.push_back(
            bits && (bits->weight_bits > precision.weight_bits || bits->activation_bits > precision.activation_bits));
    }
    return wider;
}

Notices requantization_notices(const MultiExitModel& model, const std::vector<Precision>& precisions)
{
    if (model.quantized_form.empty())
        return {};
    std::string again;
    for (const Precision precision : precisions)
        if (!precision.is_float() && precision != model.quantized_precision)
            again += (again.empty() ? "" : ", ") + precision.name();
    if (again.empty())
        return {};
    const std::string own = model.quantized_precision.is_float()
                                ? "only in floating point (fp32) it gives the file's own answers"
                                : "its own answers are those at " + model.quantized_precision.name();
    return {{"quantized-again", model.path.string() + ": is a quantized network, and " + again +
                                    " quantizes it once more, from its own integers; " + own}};
}

}  // namespace exitscope::model
