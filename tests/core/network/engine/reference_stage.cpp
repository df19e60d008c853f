// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include "core/network/engine/fusion.h"
#include "core/network/engine/kernels/integer_semantics.h"
#include "core/network/engine/node_kernels.h"
#include "core/network/model/linear_layer.h"
#include "tests/core/network/engine/reference.h"
#include "tests/core/network/engine/reference_positions.h"

namespace exitscope::tests {

using namespace reference;
using model::Node;
using model::Shape;

std::vector<float> ReferenceValue::reals() const
{
    if (!grid)
        return real;
    std::vector<float> result;
    for (const std::uint8_t byte : bytes)
        result.push_back(engine::semantics::dequantized(byte, *grid));
    return result;
}

std::vector<std::uint8_t> ReferenceValue::on(const plan::Grid& wanted) const
{
    if (grid == wanted)
        return bytes;
    std::vector<std::uint8_t> result;
    for (const float value : reals())
        result.push_back(engine::semantics::quantized(value, wanted));
    return result;
}

namespace {

/// Runs one stage node by node.
class StageReference {
public:
    StageReference(const model::MultiExitModel& model, StageIndex stage, const plan::StagePlan* plan)
        : graph_(model.graph), stage_(model.stages[stage.at()]), plan_(plan),
          fusion_(engine::plan_fusion(model, stage_, plan, plan != nullptr)), consumers_(graph_.consumers())
    {
    }

    ReferenceValues run(const std::vector<Reals>& inputs)
    {
        for (std::size_t i = 0; i < inputs.size(); ++i)
            set_real(stage_.inputs[i], inputs[i]);
        for (const auto& part : {stage_.trunk, stage_.head})
            for (const NodeIndex n : part)
                if (!fusion_.absorbed[n.at()])
                    node(n);
        return values_;
    }

private:
    Reals reals(ValueIndex v) const
    {
        if (const auto& constant = graph_.value(v).constant)
            return constant->is_int ? Reals(constant->ints.begin(), constant->ints.end()) : constant->floats;
        return values_.at(v).reals();
    }
    void set_real(ValueIndex v, Reals reals)
    {
        ReferenceValue& value = values_[v];
        value = {graph_.value(v).shape, std::move(reals), {}, {}};
        round_to_stream(v);
    }
    void set_bytes(ValueIndex v, const plan::Grid& grid, std::vector<std::uint8_t> bytes)
    {
        values_[v] = {graph_.value(v).shape, {}, grid, std::move(bytes)};
        round_to_stream(v);
    }
    void round_to_stream(ValueIndex v)
    {
        if (!plan_ || v == stage_.exit || !plan_->stream[v.at()])
            return;
        ReferenceValue& value = values_[v];
        value.bytes = value.on(*plan_->stream[v.at()]);
        value.grid = plan_->stream[v.at()];
    }
    std::optional<plan::Grid> target(ValueIndex v) const
    {
        if (!plan_ || v == stage_.exit)
            return std::nullopt;
        if (plan_->stream[v.at()])
            return plan_->stream[v.at()];
        const auto& readers = consumers_[v.at()];
        if (readers.empty() || std::find(stage_.outputs.begin(), stage_.outputs.end(), v) != stage_.outputs.end())
            return std::nullopt;
        bool layers = true;
        for (const NodeIndex reader : readers)
            layers = layers && plan_->weights[reader.at()] && graph_.node(reader).inputs[0] == v;
        if (layers)
            return plan_->operand[v.at()];
        const Node& reader = graph_.node(readers[0]);
        const bool same_values = reader.op == "MaxPool" || reader.op == "GlobalMaxPool" || reader.op == "Reshape" ||
                                 reader.op == "Slice" || (reader.op == "Pad" && reader.number("value", 0.0F) == 0.0F);
        return readers.size() == 1 && same_values ? target(reader.outputs[0]) : std::nullopt;
    }

    void node(NodeIndex n)
    {
        const Node& node = graph_.node(n);
        if (const auto& chain = fusion_.ends_here[n.at()]) {
            if (plan_ && plan_->weights[chain->layer.at()])
                return layer(*chain);
            set_real(chain->result, plain_chain(*chain));
        } else if (!plan_ || !bytes_node(node)) {
            std::vector<Reals> inputs;
            for (const auto& input : node.inputs)
                inputs.push_back(reals(*input));
            std::vector<Reals> results;
            const auto operation = engine::unary_operation(node);
            if (plan_ && operation) {  // to the bit: the operator itself is part of the definition
                results = {inputs[0]};
                for (float& value : results[0])
                    engine::kernels::apply(*operation, &value, &value, 1);
            } else {
                results = reference_operator(graph_, node, inputs);
            }
            for (std::size_t o = 0; o < node.outputs.size(); ++o)
                set_real(node.outputs[o], results[o]);
        }
    }

    Reals end_of_chain(const engine::Chain& chain, Reals result) const
    {
        if (chain.add) {
            const Reals other = reals(chain.residual);
            for (std::size_t i = 0; i < result.size(); ++i)
                result[i] += other[i];
        }
        if (chain.clamp)
            for (float& value : result)
                value = std::clamp(value, chain.clamp->low, chain.clamp->high);
        return result;
    }
    Reals plain_chain(const engine::Chain& chain) const
    {
        const Node& node = graph_.node(chain.layer);
        std::vector<Reals> inputs;
        for (const auto& input : node.inputs)
            inputs.push_back(reals(*input));
        return end_of_chain(chain, reference_operator(graph_, node, inputs)[0]);
    }

    void layer(const engine::Chain& chain)
    {
        const Node& node = graph_.node(chain.layer);
        const model::LinearLayer linear = *model::linear_layer(graph_, node);
        const plan::QuantizedWeights& weights = *plan_->weights[chain.layer.at()];
        const plan::Grid grid =
            plan_->operand[linear.input.at()] ? *plan_->operand[linear.input.at()] : *plan_->stream[linear.input.at()];
        const std::vector<std::uint8_t> x = values_.at(linear.input).on(grid);
        const Shape& in = graph_.value(linear.input).shape;
        const Shape& out = graph_.value(chain.layer_result).shape;
        const std::size_t depth = weights.values.size() / weights.scales.size();
        std::vector<float> t;
        std::vector<std::size_t> channel;
        for_each(out, [&](const Position& at) {
            const auto oc = static_cast<std::size_t>(linear.convolution ? at[1] : at.back());
            std::int64_t sum = 0;
            std::int64_t weight_sum = 0;
            for (std::size_t k = 0; k < depth; ++k)
                weight_sum += weights.values[oc * depth + k];
            if (linear.convolution) {
                const std::int64_t group = at[1] / (out[1] / linear.groups);
                for (const Tap& tap :
                     taps(node, linear.weight_shape[2], linear.weight_shape[3], in[2], in[3], at[2], at[3]))
                    for (std::int64_t c = 0; c < linear.weight_shape[1]; ++c) {
                        const std::int64_t byte =
                            tap.inside ? x[offset(in, {at[0], group * linear.weight_shape[1] + c, tap.y, tap.x})]
                                       : grid.zero_point;
                        sum += byte * weights.values[offset(linear.weight_shape, {at[1], c, tap.ky, tap.kx})];
                    }
            } else {
                Position row = at;
                for (std::size_t k = 0; k < depth; ++k) {
                    row.back() = static_cast<std::int64_t>(k);
                    sum += std::int64_t{x[offset(in, row)]} * weights.values[oc * depth + k];
                }
            }
            t.push_back(static_cast<float>(sum) +
                        static_cast<float>(double(weights.bias[oc] - grid.zero_point * weight_sum) +
                                           (weights.bias_rest.empty() ? 0.0 : double(weights.bias_rest[oc]))));
            channel.push_back(oc);
        });
        const auto result_grid = target(chain.result);
        if (!result_grid || (chain.add && !values_.at(chain.residual).grid)) {
            for (std::size_t i = 0; i < t.size(); ++i)
                t[i] *= grid.scale * weights.scales[channel[i]];
            return set_real(chain.result, end_of_chain(chain, t));
        }
        engine::semantics::Range range = engine::semantics::full_range(*result_grid);
        if (chain.clamp)
            range = engine::semantics::clamped_range(*result_grid, chain.clamp->low, chain.clamp->high);
        std::vector<std::uint8_t> bytes;
        for (std::size_t i = 0; i < t.size(); ++i) {
            float y = t[i] * ((grid.scale * weights.scales[channel[i]]) / result_grid->scale);
            if (chain.add) {
                const ReferenceValue& r = values_.at(chain.residual);
                y = std::fma(static_cast<float>(int{r.bytes[i]} - r.grid->zero_point),
                             r.grid->scale / result_grid->scale, y);
            }
            bytes.push_back(engine::semantics::finish(y, range, result_grid->zero_point));
        }
        set_bytes(chain.result, *result_grid, bytes);
    }

    /// Nodes that stay on bytes.
    bool bytes_node(const Node& node)
    {
        const auto on_grid = [&](const auto& input) {
            return input && !graph_.value(*input).constant && values_.at(*input).grid.has_value();
        };
        if (node.op == "Gemm" || node.op == "MatMul" || !on_grid(node.inputs[0]))
            return false;
        const ReferenceValue x = values_.at(*node.inputs[0]);
        const ValueIndex output = node.outputs[0];
        const Shape& out = graph_.value(output).shape;
        const auto grid = target(output);
        if (node.op == "Reshape") {
            set_bytes(output, *x.grid, x.bytes);
        } else if (node.op == "MaxPool" || node.op == "GlobalMaxPool") {
            const Reals pooled = pooling(node, x.shape, Reals(x.bytes.begin(), x.bytes.end()), out);
            set_bytes(output, *x.grid, std::vector<std::uint8_t>(pooled.begin(), pooled.end()));
        } else if (node.op == "Slice" || node.op == "Split" ||
                   (node.op == "Pad" && node.number("value", 0.0F) == 0.0F)) {
            for (std::size_t o = 0; o < node.outputs.size(); ++o)
                set_bytes(node.outputs[o], *x.grid,
                          moved(node, o, x.shape, x.bytes, graph_.value(node.outputs[o]).shape,
                                static_cast<std::uint8_t>(x.grid->zero_point)));
        } else if (node.op == "AveragePool" || node.op == "GlobalAveragePool" ||
                   (node.op == "ReduceMean" && x.shape.size() == 4 && node.integers("axes") == Position{2, 3})) {
            average(node, x, out, grid);
        } else if (node.op == "Concat") {
            return concatenation(node, out, grid);
        } else if (const auto operation = engine::unary_operation(node); operation && grid) {
            Reals y = x.reals();
            for (float& value : y)
                engine::kernels::apply(*operation, &value, &value, 1);
            ReferenceValue result{out, y, {}, {}};
            set_bytes(output, *grid, result.on(*grid));
        } else if (node.op == "Add" && grid && on_grid(node.inputs[1]) &&
                   graph_.value(*node.inputs[1]).shape == x.shape) {
            const ReferenceValue& b = values_.at(*node.inputs[1]);
            std::vector<std::uint8_t> bytes;
            for (std::size_t i = 0; i < x.bytes.size(); ++i) {
                const float first =
                    static_cast<float>(int{x.bytes[i]} - x.grid->zero_point) * (x.grid->scale / grid->scale);
                const float y = std::fma(static_cast<float>(int{b.bytes[i]} - b.grid->zero_point),
                                         b.grid->scale / grid->scale, first);
                bytes.push_back(engine::semantics::finish(y, engine::semantics::full_range(*grid), grid->zero_point));
            }
            set_bytes(output, *grid, bytes);
        } else {
            return false;
        }
        return true;
    }

    bool concatenation(const Node& node, const Shape& out, std::optional<plan::Grid> grid)
    {
        std::vector<Shape> shapes;
        std::vector<std::vector<std::uint8_t>> parts;
        const auto common = values_.at(*node.inputs[0]).grid;
        for (const auto& input : node.inputs) {
            const ReferenceValue& value = values_.at(*input);
            if (!value.grid || (!grid && value.grid != common))
                return false;
        }
        grid = grid ? grid : common;
        for (const auto& input : node.inputs) {
            shapes.push_back(values_.at(*input).shape);
            parts.push_back(values_.at(*input).on(*grid));
        }
        set_bytes(node.outputs[0], *grid, concatenated(node, shapes, parts, out));
        return true;
    }

    void average(const Node& node, const ReferenceValue& x, const Shape& out, const std::optional<plan::Grid>& grid)
    {
        Node pool = node;
        Shape image = out;
        if (node.op == "ReduceMean") {
            pool.op = "GlobalAveragePool";
            pool.attributes.clear();
            image = {x.shape[0], x.shape[1], 1, 1};
        }
        const PoolShape shape = pool_shape(pool, x.shape);
        Reals y;
        for_each(image, [&](const Position& at) {
            const auto window = taps(pool, shape.kh, shape.kw, x.shape[2], x.shape[3], at[2], at[3]);
            int sum = 0;
            for (const Tap& tap : window)
                if (tap.inside)
                    sum += int{x.bytes[offset(x.shape, {at[0], at[1], tap.y, tap.x})]} - x.grid->zero_point;
            const float factor = x.grid->scale / static_cast<float>(divisor(pool, shape, window, x.shape));
            y.push_back(static_cast<float>(sum) * (grid ? factor / grid->scale : factor));
        });
        if (!grid)
            return set_real(node.outputs[0], y);
        std::vector<std::uint8_t> bytes;
        for (const float value : y)
            bytes.push_back(engine::semantics::finish(value, engine::semantics::full_range(*grid), grid->zero_point));
        set_bytes(node.outputs[0], *grid, bytes);
    }

    const model::Graph& graph_;
    const model::Stage& stage_;
    const plan::StagePlan* plan_;
    engine::FusionPlan fusion_;
    std::vector<std::vector<NodeIndex>> consumers_;
    ReferenceValues values_;
};

}  // namespace

ReferenceValues reference_stage(const model::MultiExitModel& model, StageIndex stage, const plan::StagePlan* plan,
                                const std::vector<std::vector<float>>& inputs)
{
    return StageReference(model, stage, plan).run(inputs);
}

}  // namespace exitscope::tests
