// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/random_plan.h"

#include <algorithm>
#include <cmath>

#include "core/base/random.h"
#include "core/network/model/linear_layer.h"

namespace exitscope::tests {
namespace {

plan::Grid random_grid(Random& random, bool is_signed, std::uint8_t bits, float range)
{
    plan::Grid grid;
    grid.bits = bits;
    const auto steps = static_cast<float>(grid.maximum());
    const auto reach = static_cast<float>(range * (0.5 + random.uniform()));
    grid.scale = (is_signed ? 2.0F : 1.0F) * reach / steps;
    if (is_signed)
        grid.zero_point = static_cast<std::int32_t>(std::lround(steps * (0.35 + 0.3 * random.uniform())));
    return grid;
}

plan::QuantizedWeights quantize(const model::LinearLayer& layer, std::uint8_t bits, float input_scale)
{
    const auto channels = static_cast<std::size_t>(layer.output_channels());
    const std::size_t depth = layer.weights.size() / channels;
    const auto highest = static_cast<float>((1 << (bits - 1)) - 1);
    plan::QuantizedWeights result;
    result.values.resize(layer.weights.size());
    for (std::size_t c = 0; c < channels; ++c) {
        const float* weights = layer.weights.data() + c * depth;
        float largest = 1e-6F;
        for (std::size_t k = 0; k < depth; ++k)
            largest = std::max(largest, std::fabs(weights[k]));
        const float scale = largest / highest;
        result.scales.push_back(scale);
        for (std::size_t k = 0; k < depth; ++k)
            result.values[c * depth + k] = static_cast<std::int8_t>(std::lround(weights[k] / scale));
        result.bias.push_back(static_cast<std::int32_t>(std::lround(layer.bias[c] / (input_scale * scale))));
    }
    return result;
}

}  // namespace

plan::StagePlan random_plan(const model::MultiExitModel& model, StageIndex stage, const RandomPlanOptions& options)
{
    const model::Graph& graph = model.graph;
    const model::Stage& part = model.stages[stage.at()];
    Random random(options.seed);
    plan::StagePlan plan;
    plan.precision = options.precision;
    plan.stream.resize(graph.values.size());
    plan.operand.resize(graph.values.size());
    plan.weights.resize(graph.nodes.size());
    std::vector<NodeIndex> nodes = part.trunk;
    nodes.insert(nodes.end(), part.head.begin(), part.head.end());
    std::vector<ValueIndex> values = part.inputs;
    for (const NodeIndex n : nodes)
        values.insert(values.end(), graph.node(n).outputs.begin(), graph.node(n).outputs.end());
    for (const ValueIndex value : values) {
        const auto producer = graph.value(value).producer;
        const bool is_signed = !producer || graph.node(*producer).op != "Relu";
        if (value != part.exit && random.uniform() >= options.without_stream)
            plan.stream[value.at()] = random_grid(random, is_signed, 8, options.range);
        const std::uint8_t bits = options.precision.activation_bits;
        const bool shared = plan.stream[value.at()] && bits == 8 && random.uniform() >= options.separate_operand;
        plan.operand[value.at()] =
            shared ? plan.stream[value.at()] : random_grid(random, is_signed, bits, options.range);
    }
    for (const NodeIndex n : nodes)
        if (const auto layer = model::linear_layer(graph, graph.node(n)))
            plan.weights[n.at()] =
                quantize(*layer, options.precision.weight_bits, plan.operand[layer->input.at()]->scale);
    return plan;
}

}  // namespace exitscope::tests
