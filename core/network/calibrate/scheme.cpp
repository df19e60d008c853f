// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/calibrate/scheme.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/network/calibrate/weights.h"
#include "core/network/model/native_quantization.h"

namespace exitscope::calibrate {
namespace {

using Consumers = std::vector<std::vector<NodeIndex>>;

/// Operators that only move or select elements: input and output share a grid.
bool keeps_values(const model::Node& node)
{
    constexpr std::array<std::string_view, 5> ops = {"MaxPool", "GlobalMaxPool", "Reshape", "Transpose", "Slice"};
    return std::find(ops.begin(), ops.end(), node.op) != ops.end();
}

/// Activations that saturation to a grid starting at zero performs by itself.
bool saturates(const model::Node& node)
{
    return node.op == "Relu" || (node.op == "Clip" && node.number("min", -1.0F) == 0.0F);
}

bool flows(const model::Graph& graph, ValueIndex value)
{
    return !graph.value(value).constant;
}

/// Values that later stages or the caller read: every graph input, hand-over and exit.
std::vector<bool> boundary_values(const model::MultiExitModel& model)
{
    std::vector<bool> boundary(model.graph.values.size(), false);
    for (const ValueIndex value : model.graph.inputs)
        boundary[value.at()] = true;
    for (const model::Stage& stage : model.stages) {
        boundary[stage.exit.at()] = true;
        for (const ValueIndex value : stage.outputs)
            boundary[value.at()] = true;
    }
    return boundary;
}

std::vector<ValueIndex> observed_values(const model::Graph& graph, const Consumers& consumers,
                                        const std::vector<bool>& boundary)
{
    std::vector<ValueIndex> observed;
    for (std::size_t v = 0; v < graph.values.size(); ++v)
        observed.emplace_back(v);
    const auto single = [&](const model::Node& node) {
        return !node.inputs.empty() && node.inputs[0] && !node.outputs.empty() && flows(graph, *node.inputs[0]);
    };
    // An activation that is a value's only reader defines the value's grid, also through operators that keep values.
    for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
        if (!single(*node) || !(saturates(*node) || keeps_values(*node)))
            continue;
        const ValueIndex in = *node->inputs[0];
        const ValueIndex out = node->outputs[0];
        if (consumers[in.at()].size() != 1 || boundary[in.at()])
            continue;
        if (saturates(*node) || observed[out.at()] != out)
            observed[in.at()] = observed[out.at()];
    }
    for (const model::Node& node : graph.nodes)
        if (single(node) && keeps_values(node) && observed[node.outputs[0].at()] == node.outputs[0])
            observed[node.outputs[0].at()] = observed[node.inputs[0]->at()];
    return observed;
}

/// Layers before which no other layer stands, counted from the graph's inputs.
void pin_first(const model::Graph& graph, Scheme& scheme)
{
    std::vector<bool> raw(graph.values.size(), false);  // derived from the input without any layer
    for (const ValueIndex value : graph.inputs)
        raw[value.at()] = true;
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
        const model::Node& node = graph.nodes[n];
        const bool reads_raw = std::any_of(node.inputs.begin(), node.inputs.end(),
                                           [&](const auto& value) { return value && raw[value->at()]; });
        if (scheme.layers[n])
            scheme.pinned[n] = scheme.pinned[n] || reads_raw;
        else if (reads_raw)
            for (const ValueIndex value : node.outputs)
                raw[value.at()] = true;
    }
}

constexpr double cheap_end = 0.05;  ///< share of the MACs on the way to an exit up to which its last layer is pinned

/// Layers after which no other layer stands on the way to the stage's exit; `cheap` ones only, or all.
void pin_last(const model::MultiExitModel& model, Scheme& scheme, bool cheap)
{
    for (std::size_t s = 0; s < model.stages.size(); ++s) {
        const double all = double(model.cumulative_macs(ExitIndex(s))) * double(model.batch);
        std::vector<ValueIndex> open{model.stages[s].exit};
        while (!open.empty()) {
            const ValueIndex value = open.back();
            open.pop_back();
            const auto producer = model.graph.value(value).producer;
            if (!producer)
                continue;
            if (scheme.layers[producer->at()]) {
                if (!cheap || double(model::macs(model.graph, model.graph.node(*producer))) <= cheap_end * all)
                    scheme.pinned[producer->at()] = true;
                continue;
            }
            for (const auto& input : model.graph.node(*producer).inputs)
                if (input)
                    open.push_back(*input);
        }
    }
}

/// A class of values that share a grid is narrow when everything outside the class that reads a member is an unpinned
/// layer, and no member crosses a stage boundary.
std::vector<bool> narrow_values(const model::Graph& graph, const Scheme& scheme, const Consumers& consumers,
                                const std::vector<bool>& boundary)
{
    std::vector<bool> wide(graph.values.size(), false);  // by class, at the index of its observed value
    std::vector<bool> read(graph.values.size(), false);
    for (std::size_t v = 0; v < graph.values.size(); ++v) {
        const std::size_t family = scheme.observed[v].at();
        wide[family] = wide[family] || boundary[v];
        for (const NodeIndex reader : consumers[v]) {
            const model::Node& node = graph.node(reader);
            if (const auto& layer = scheme.layers[reader.at()]; layer && layer->input == ValueIndex(v)) {
                wide[family] = wide[family] || scheme.pinned[reader.at()];
                read[family] = true;
            } else if (node.outputs.empty() || scheme.observed[node.outputs[0].at()] != scheme.observed[v]) {
                wide[family] = true;
            }
        }
    }
    std::vector<bool> narrow(graph.values.size(), false);
    for (std::size_t v = 0; v < graph.values.size(); ++v)
        narrow[v] = read[scheme.observed[v].at()] && !wide[scheme.observed[v].at()];
    return narrow;
}

/// Values that some later layer depends on. Values after the last layer stay in real numbers.
std::vector<bool> values_before_layers(const model::Graph& graph, const Scheme& scheme)
{
    std::vector<bool> before(graph.values.size(), false);
    for (std::size_t n = graph.nodes.size(); n-- > 0;) {
        const model::Node& node = graph.nodes[n];
        const bool leads = scheme.layers[n] || std::any_of(node.outputs.begin(), node.outputs.end(),
                                                           [&](ValueIndex value) { return before[value.at()]; });
        for (const auto& value : node.inputs)
            if (value && leads)
                before[value->at()] = true;
    }
    return before;
}

/// Operators of attention and normalisation, whose results are not accurate enough on a grid. They, and operators next
/// to them that only move or scale values, work on real numbers.
bool wants_real(const model::Node& node)
{
    constexpr std::array<std::string_view, 5> ops = {"LayerNormalization", "Softmax", "LogSoftmax", "MatMul", "Gelu"};
    return std::find(ops.begin(), ops.end(), node.op) != ops.end();
}

/// Values that are stored as real numbers: inputs and outputs of such operators, and values connected with them by
/// operators without weights.
std::vector<bool> real_values(const model::Graph& graph, const Scheme& scheme)
{
    std::vector<bool> real(graph.values.size(), false);
    const auto mark = [&](const model::Node& node) {
        bool grew = false;
        const auto set = [&](ValueIndex value) {
            grew = grew || (flows(graph, value) && !real[value.at()]);
            real[value.at()] = true;
        };
        for (const auto& value : node.inputs)
            if (value && flows(graph, *value))
                set(*value);
        for (const ValueIndex value : node.outputs)
            set(value);
        return grew;
    };
    const auto touched = [&](const model::Node& node) {
        return wants_real(node) ||
               std::any_of(node.inputs.begin(), node.inputs.end(),
                           [&](const auto& value) { return value && real[value->at()]; }) ||
               std::any_of(node.outputs.begin(), node.outputs.end(),
                           [&](ValueIndex value) { return real[value.at()]; });
    };
    for (bool grew = true; grew;) {
        grew = false;
        for (std::size_t n = 0; n < graph.nodes.size(); ++n)
            if (!scheme.layers[n] && touched(graph.nodes[n]))
                grew = mark(graph.nodes[n]) || grew;
    }
    return real;
}

}  // namespace

Scheme scheme(const model::MultiExitModel& model, const CalibrationOptions& options)
{
    const model::Graph& graph = model.graph;
    Scheme made;
    for (const model::Node& node : graph.nodes)
        made.layers.push_back(model::linear_layer(graph, node));
    made.pinned.assign(graph.nodes.size(), false);
    const Precision own = model.quantized_precision;  // of a file that says itself which layers need more bits
    if (!own.is_float() && std::min(own.weight_bits, own.activation_bits) < 8) {
        made.pinned = model::wider_layers(graph, own);
    } else {
        if (options.first_layer_8_bits)
            pin_first(graph, made);
        if (options.last_layer_8_bits.value_or(true))
            pin_last(model, made, !options.last_layer_8_bits);
    }
    const Consumers consumers = graph.consumers();
    const std::vector<bool> boundary = boundary_values(model);
    made.observed = observed_values(graph, consumers, boundary);
    made.narrow = narrow_values(graph, made, consumers, boundary);
    made.on_grid = values_before_layers(graph, made);
    made.real = real_values(graph, made);
    return made;
}

plan::StagePlan plan_stage(const model::MultiExitModel& model, StageIndex stage, Precision precision,
                           const Scheme& scheme, const std::vector<std::optional<Observation>>& observations,
                           const CalibrationOptions& options)
{
    const model::Graph& graph = model.graph;
    plan::StagePlan plan;
    plan.precision = precision;
    plan.stream.resize(graph.values.size());
    plan.operand.resize(graph.values.size());
    plan.weights.resize(graph.nodes.size());

    const auto grid = [&](ValueIndex value, std::uint8_t bits) -> std::optional<plan::Grid> {
        const auto& seen = observations[scheme.observed[value.at()].at()];
        if (!seen)
            return std::nullopt;
        return choose_grid(*seen, bits, options.method.value_or(RangeMethod::mse), options.percentile);
    };
    const std::uint8_t wide_bits = options.residual_8_bits ? std::uint8_t{8} : precision.activation_bits;
    const auto plan_value = [&](ValueIndex value) {
        if (!flows(graph, value) || !scheme.on_grid[value.at()] || scheme.real[value.at()] || plan.stream[value.at()])
            return;
        plan.stream[value.at()] = grid(value, scheme.narrow[value.at()] ? precision.activation_bits : wide_bits);
    };
    const auto plan_node = [&](NodeIndex index) {
        const model::Node& node = graph.node(index);
        for (const auto& value : node.inputs)
            if (value)
                plan_value(*value);
        for (const ValueIndex value : node.outputs)
            plan_value(value);
        const auto& layer = scheme.layers[index.at()];
        if (!layer)
            return;
        const std::uint8_t bits = scheme.pinned[index.at()] ? std::uint8_t{8} : precision.activation_bits;
        std::optional<plan::Grid>& operand = plan.operand[layer->input.at()];
        if (operand && operand->bits >= bits)
            return;
        const std::optional<plan::Grid>& stored = plan.stream[layer->input.at()];
        operand = stored && stored->bits == bits ? stored : grid(layer->input, bits);
    };
    for (const auto* nodes : {&model.stages[stage.at()].trunk, &model.stages[stage.at()].head})
        for (const NodeIndex index : *nodes)
            plan_node(index);
    for (const auto* nodes : {&model.stages[stage.at()].trunk, &model.stages[stage.at()].head}) {
        for (const NodeIndex index : *nodes) {
            const auto& layer = scheme.layers[index.at()];
            if (!layer || !plan.operand[layer->input.at()])
                continue;
            const std::uint8_t bits = scheme.pinned[index.at()] ? std::uint8_t{8} : precision.weight_bits;
            plan.weights[index.at()] = quantize_layer(*layer, bits, plan.operand[layer->input.at()]->scale);
        }
    }
    return plan;
}

}  // namespace exitscope::calibrate
