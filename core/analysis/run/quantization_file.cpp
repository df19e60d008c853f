// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/run/quantization_file.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

// The layout is documented in docs/formats.md.

namespace exitscope::run {
namespace {

using Grids = std::vector<std::optional<plan::Grid>>;

void write_grids(hdf5::Group& group, const std::string& name, const Grids& grids)
{
    std::vector<float> scale;
    std::vector<std::uint8_t> zero_point;
    std::vector<std::uint8_t> bits;
    for (const std::optional<plan::Grid>& grid : grids) {
        scale.push_back(grid ? grid->scale : 0.0F);
        zero_point.push_back(static_cast<std::uint8_t>(grid ? grid->zero_point : 0));
        bits.push_back(grid ? grid->bits : std::uint8_t{0});
    }
    group.write_vector(name + "_scale", scale);
    group.write_vector(name + "_zero_point", zero_point);
    group.write_vector(name + "_bits", bits);
}

Grids read_grids(const hdf5::Group& group, const std::string& name)
{
    const std::size_t values = group.rows(name + "_bits");
    const auto scale = group.read_vector<float>(name + "_scale", values);
    const auto zero_point = group.read_vector<std::uint8_t>(name + "_zero_point", values);
    const auto bits = group.read_vector<std::uint8_t>(name + "_bits", values);
    Grids grids(values);
    for (std::size_t v = 0; v < values; ++v) {
        if (bits[v] == 0)
            continue;
        grids[v] = plan::Grid{scale[v], zero_point[v], bits[v]};
        if (bits[v] > 8 || !std::isfinite(scale[v]) || scale[v] <= 0 || zero_point[v] > grids[v]->maximum())
            throw hdf5::Failure{"/quantization: the grid " + std::to_string(v) + " of " + name + " does not exist"};
    }
    return grids;
}

/// Integer layers one after the other.
struct Layers {
    std::vector<std::uint32_t> node;
    std::vector<std::uint32_t> channels;
    std::vector<std::uint64_t> weights;  ///< number of them
    std::vector<std::uint8_t> values;    ///< two's complement
    std::vector<float> scales;
    std::vector<std::int32_t> bias;
    std::vector<float> bias_rest;
    bool any_rest = false;
    std::vector<std::uint8_t> method;  ///< of rounding: 1 + plan::WeightMethod, 0 where a layer does not say
    std::vector<float> rounding;       ///< [layers, rounding_numbers]
    bool any_rounding = false;

    static constexpr std::size_t rounding_numbers = 4;
    void add(const std::optional<plan::Rounding>& of)
    {
        any_rounding = any_rounding || of;
        method.push_back(of ? static_cast<std::uint8_t>(1 + static_cast<int>(of->method)) : std::uint8_t{0});
        const plan::Rounding known = of.value_or(plan::Rounding{});
        rounding.insert(rounding.end(), {known.damping, known.nearest_sqnr, known.sqnr, known.moved});
    }
    /// Of the layer at `position`.
    [[nodiscard]] std::optional<plan::Rounding> rounding_of(std::size_t position) const
    {
        if (!any_rounding || method[position] == 0)
            return std::nullopt;
        const float* const numbers = rounding.data() + position * rounding_numbers;
        return plan::Rounding{static_cast<plan::WeightMethod>(method[position] - 1), numbers[0], numbers[1], numbers[2],
                              numbers[3]};
    }
};

void write_plan(hdf5::Group group, const plan::StagePlan& plan)
{
    write_grids(group, "stream", plan.stream);
    write_grids(group, "operand", plan.operand);
    group.write_number<std::uint32_t>("nodes", static_cast<std::uint32_t>(plan.weights.size()));
    if (plan.rounds_inside)
        group.write_vector("rounds_inside", std::vector<std::uint8_t>{1});
    Layers layers;
    for (std::size_t n = 0; n < plan.weights.size(); ++n) {
        const std::optional<plan::QuantizedWeights>& layer = plan.weights[n];
        if (!layer)
            continue;
        layers.node.push_back(static_cast<std::uint32_t>(n));
        layers.channels.push_back(static_cast<std::uint32_t>(layer->scales.size()));
        layers.weights.push_back(layer->values.size());
        for (const std::int8_t value : layer->values)
            layers.values.push_back(static_cast<std::uint8_t>(value));
        layers.scales.insert(layers.scales.end(), layer->scales.begin(), layer->scales.end());
        layers.bias.insert(layers.bias.end(), layer->bias.begin(), layer->bias.end());
        layers.any_rest = layers.any_rest || !layer->bias_rest.empty();
        layers.bias_rest.insert(layers.bias_rest.end(), layer->bias_rest.begin(), layer->bias_rest.end());
        layers.bias_rest.resize(layers.bias.size(), 0.0F);
        layers.add(layer->rounding);
    }
    if (layers.values.empty())
        return;
    group.write_vector("layer_node", layers.node);
    group.write_vector("layer_channels", layers.channels);
    group.write_vector("layer_weights", layers.weights);
    group.write_vector("weights", layers.values);
    group.write_vector("scales", layers.scales);
    group.write_vector("bias", layers.bias);
    if (layers.any_rest)
        group.write_vector("bias_rest", layers.bias_rest);
    if (layers.any_rounding) {
        group.write_vector("rounding_method", layers.method);
        group.write_vector("rounding", layers.rounding);
    }
}

/// Sum of counts; fails where it does not fit.
template <class T>
std::size_t total(const std::vector<T>& counts)
{
    std::uint64_t sum = 0;
    for (const T count : counts) {
        if (count > std::numeric_limits<std::uint32_t>::max())
            throw hdf5::Failure{"/quantization: a layer is too large"};
        sum += count;
    }
    return sum;
}

plan::StagePlan read_plan(const hdf5::Group& group, Precision precision)
{
    plan::StagePlan plan;
    plan.precision = precision;
    plan.stream = read_grids(group, "stream");
    plan.operand = read_grids(group, "operand");
    const auto nodes = group.read_number<std::uint32_t>("nodes");
    plan.rounds_inside = group.has("rounds_inside");
    if (nodes > 1U << 20)
        throw hdf5::Failure{"/quantization: too many nodes, " + std::to_string(nodes)};
    plan.weights.resize(nodes);
    if (!group.has("layer_node"))
        return plan;
    Layers layers;
    const std::size_t count = group.rows("layer_node");
    layers.node = group.read_vector<std::uint32_t>("layer_node", count);
    layers.channels = group.read_vector<std::uint32_t>("layer_channels", count);
    layers.weights = group.read_vector<std::uint64_t>("layer_weights", count);
    layers.values = group.read_vector<std::uint8_t>("weights", total(layers.weights));
    layers.scales = group.read_vector<float>("scales", total(layers.channels));
    layers.bias = group.read_vector<std::int32_t>("bias", layers.scales.size());
    layers.any_rest = group.has("bias_rest");
    if (layers.any_rest)
        layers.bias_rest = group.read_vector<float>("bias_rest", layers.scales.size());
    layers.any_rounding = group.has("rounding_method");
    if (layers.any_rounding) {
        layers.method = group.read_vector<std::uint8_t>("rounding_method", count);
        layers.rounding = group.read_vector<float>("rounding", count * Layers::rounding_numbers);
        if (std::any_of(layers.method.begin(), layers.method.end(), [](std::uint8_t m) { return m > 3; }) ||
            !std::all_of(layers.rounding.begin(), layers.rounding.end(), [](float x) { return std::isfinite(x); }))
            throw hdf5::Failure{"/quantization: what rounding did to a layer is outside its range"};
    }
    if (std::any_of(layers.scales.begin(), layers.scales.end(), [](float s) { return !std::isfinite(s) || s <= 0; }) ||
        std::any_of(layers.bias_rest.begin(), layers.bias_rest.end(),
                    [](float r) { return !(std::fabs(r) <= 1.0F); }) ||
        (!plan.rounds_inside &&
         std::find(layers.values.begin(), layers.values.end(), std::uint8_t{0x80}) != layers.values.end()))
        throw hdf5::Failure{"/quantization: a weight or a scale is outside its range"};
    auto value = layers.values.begin();
    auto scale = layers.scales.begin();
    auto bias = layers.bias.begin();
    for (std::size_t l = 0; l < count; ++l) {
        if (layers.node[l] >= nodes)
            throw hdf5::Failure{"/quantization: a layer belongs to a node that does not exist"};
        plan::QuantizedWeights& layer = plan.weights[layers.node[l]].emplace();
        const auto weights = static_cast<std::ptrdiff_t>(layers.weights[l]);
        const auto channels = static_cast<std::ptrdiff_t>(layers.channels[l]);
        for (std::ptrdiff_t i = 0; i < weights; ++i)
            layer.values.push_back(static_cast<std::int8_t>(*value++));
        layer.scales.assign(scale, scale + channels);
        layer.bias.assign(bias, bias + channels);
        layer.rounding = layers.rounding_of(l);
        if (layers.any_rest)
            layer.bias_rest.assign(layers.bias_rest.begin() + (bias - layers.bias.begin()),
                                   layers.bias_rest.begin() + (bias - layers.bias.begin()) + channels);
        scale += channels;
        bias += channels;
    }
    return plan;
}

}  // namespace

void write_quantization(hdf5::Group group, const plan::Quantization& quantization)
{
    for (std::size_t p = 0; p < quantization.precisions.size(); ++p) {
        hdf5::Group precision = group.create_group(quantization.precisions[p].name());
        for (std::size_t stage = 0; stage < quantization.plans[p].size(); ++stage)
            write_plan(precision.create_group(std::to_string(stage)), quantization.plans[p][stage]);
    }
}

plan::Quantization read_quantization(const hdf5::Group& group, const std::vector<Precision>& precisions,
                                     std::size_t stages)
{
    plan::Quantization quantization;
    for (const Precision precision : precisions) {
        if (precision.is_float())
            continue;
        const hdf5::Group at = group.open_group(precision.name());
        quantization.precisions.push_back(precision);
        std::vector<plan::StagePlan>& plans = quantization.plans.emplace_back();
        for (std::size_t stage = 0; stage < stages; ++stage)
            plans.push_back(read_plan(at.open_group(std::to_string(stage)), precision));
    }
    return quantization;
}

}  // namespace exitscope::run
