// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/engine/reference.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <stdexcept>

#include "core/engine/fusion.h"
#include "core/engine/integer_semantics.h"
#include "core/engine/kernels/elementwise.h"
#include "core/engine/linear_layer.h"

namespace exitscope::tests
{
namespace
{

using model::Node;
using model::Shape;
using Position = std::vector<std::int64_t>;
using Reals = std::vector<float>;

/// Every position of a shape in row-major order.
void for_each(const Shape& shape, const std::function<void(const Position&)>& visit)
{
    const std::int64_t total = model::element_count(shape);
    Position at(shape.size());
    for (std::int64_t i = 0; i < total; ++i) {
        std::int64_t rest = i;
        for (std::size_t d = shape.size(); d-- > 0;) {
            at[d] = rest % shape[d];
            rest /= shape[d];
        }
        visit(at);
    }
}

std::size_t offset(const Shape& shape, const Position& at)
{
    std::int64_t result = 0;
    for (std::size_t d = 0; d < shape.size(); ++d)
        result = result * shape[d] + at[d];
    return static_cast<std::size_t>(result);
}

std::size_t broadcast_offset(const Shape& shape, const Position& at)
{
    Position own(at.end() - static_cast<std::ptrdiff_t>(shape.size()), at.end());
    for (std::size_t d = 0; d < shape.size(); ++d)
        own[d] = shape[d] == 1 ? 0 : own[d];
    return offset(shape, own);
}

/// The positions of a window inside the image, as [channel-independent] (y, x), with their kernel positions.
struct Tap {
    std::int64_t y, x, ky, kx;
    bool inside;
};
std::vector<Tap> taps(const Node& node, std::int64_t kh, std::int64_t kw, std::int64_t height, std::int64_t width,
                      std::int64_t oy, std::int64_t ox)
{
    const auto strides = node.integers("strides", {1, 1});
    const auto dilations = node.integers("dilations", {1, 1});
    const auto pads = node.integers("pads", {0, 0, 0, 0});
    std::vector<Tap> result;
    for (std::int64_t ky = 0; ky < kh; ++ky)
        for (std::int64_t kx = 0; kx < kw; ++kx) {
            const std::int64_t y = oy * strides[0] - pads[0] + ky * dilations[0];
            const std::int64_t x = ox * strides[1] - pads[1] + kx * dilations[1];
            result.push_back({y, x, ky, kx, y >= 0 && x >= 0 && y < height && x < width});
        }
    return result;
}

Reals convolution(const Node& node, const Shape& in, const Reals& x, const Shape& weight_shape, const Reals& w,
                  const Reals* bias, const Shape& out)
{
    const std::int64_t groups = node.integer("group", 1);
    const std::int64_t outputs = weight_shape[0] / groups;
    Reals result;
    for_each(out, [&](const Position& at) {
        double sum = bias ? (*bias)[static_cast<std::size_t>(at[1])] : 0.0F;
        for (const Tap& tap : taps(node, weight_shape[2], weight_shape[3], in[2], in[3], at[2], at[3]))
            for (std::int64_t c = 0; tap.inside && c < weight_shape[1]; ++c)
                sum += double(x[offset(in, {at[0], at[1] / outputs * weight_shape[1] + c, tap.y, tap.x})]) *
                       double(w[offset(weight_shape, {at[1], c, tap.ky, tap.kx})]);
        result.push_back(static_cast<float>(sum));
    });
    return result;
}

struct PoolShape {
    bool average, global, include_pads;
    std::int64_t kh, kw;
};
PoolShape pool_shape(const Node& node, const Shape& in)
{
    const bool global = node.op.starts_with("Global");
    const auto kernel = node.integers("kernel_shape", {in[2], in[3]});
    return {node.op.ends_with("AveragePool"), global, node.integer("count_include_pad", 0) != 0, kernel[0], kernel[1]};
}
/// What an average divides by: with count_include_pad, all taps up to the declared pads.
std::int64_t divisor(const Node& node, const PoolShape& pool, const std::vector<Tap>& window, const Shape& in)
{
    const auto pads = node.integers("pads", {0, 0, 0, 0});
    return std::count_if(window.begin(), window.end(), [&](const Tap& tap) {
        return tap.inside || (pool.include_pads && tap.y < in[2] + pads[2] && tap.x < in[3] + pads[3]);
    });
}

Reals pooling(const Node& node, const Shape& in, const Reals& x, const Shape& out)
{
    const PoolShape pool = pool_shape(node, in);
    Reals result;
    for_each(out, [&](const Position& at) {
        const auto window = taps(node, pool.kh, pool.kw, in[2], in[3], at[2], at[3]);
        double sum = 0;
        float best = -std::numeric_limits<float>::infinity();
        for (const Tap& tap : window)
            if (tap.inside) {
                const float value = x[offset(in, {at[0], at[1], tap.y, tap.x})];
                sum += value;
                best = std::max(best, value);
            }
        result.push_back(pool.average ? static_cast<float>(sum / double(divisor(node, pool, window, in))) : best);
    });
    return result;
}

/// Where the element at `at` of output `number` comes from; nothing = padding.
std::optional<Position> source_of(const Node& node, std::size_t number, const Shape& in, Position at)
{
    if (node.op == "Transpose") {
        const auto order = node.integers("perm");
        Position from(at.size());
        for (std::size_t d = 0; d < at.size(); ++d)
            from[static_cast<std::size_t>(order[d])] = at[d];
        return from;
    }
    if (node.op == "Slice") {
        const auto axes = node.integers("axes");
        for (std::size_t a = 0; a < axes.size(); ++a) {
            std::int64_t& position = at[static_cast<std::size_t>(axes[a])];
            position = node.integers("starts")[a] + position * node.integers("steps")[a];
        }
    } else if (node.op == "Split") {
        for (std::size_t i = 0; i < number; ++i)
            at[static_cast<std::size_t>(node.integer("axis", 0))] += node.integers("split")[i];
    } else if (node.op == "Pad") {
        for (std::size_t d = 0; d < at.size(); ++d) {
            at[d] -= node.integers("pads")[d];
            if (at[d] < 0 || at[d] >= in[d])
                return std::nullopt;
        }
    }
    return at;
}

bool moves_elements(const Node& node)
{
    return node.op == "Transpose" || node.op == "Slice" || node.op == "Split" || node.op == "Pad";
}

template <class T>
std::vector<T> moved(const Node& node, std::size_t number, const Shape& in, const std::vector<T>& x, const Shape& out,
                     T fill)
{
    std::vector<T> result;
    for_each(out, [&](const Position& at) {
        const auto from = source_of(node, number, in, at);
        result.push_back(from ? x[offset(in, *from)] : fill);
    });
    return result;
}

template <class T>
std::vector<T> concatenated(const Node& node, const std::vector<Shape>& shapes, const std::vector<std::vector<T>>& xs,
                            const Shape& out)
{
    const auto axis = static_cast<std::size_t>(node.integer("axis", 0));
    std::vector<T> result;
    for_each(out, [&](const Position& at) {
        Position from = at;
        std::size_t i = 0;
        for (; from[axis] >= shapes[i][axis]; ++i)
            from[axis] -= shapes[i][axis];
        result.push_back(xs[i][offset(shapes[i], from)]);
    });
    return result;
}

Reals matrix_product(const Node& node, const Shape& a_shape, const Reals& a, const Shape& b_shape, const Reals& b,
                     const Shape& out)
{
    const bool a_transposed = node.integer("transA", 0) != 0;
    const bool b_transposed = node.integer("transB", 0) != 0;
    const std::size_t rank = out.size();
    const std::int64_t depth = a_shape[a_shape.size() - (a_transposed ? 2 : 1)];
    Reals result;
    for_each(out, [&](const Position& at) {
        double sum = 0;
        for (std::int64_t k = 0; k < depth; ++k) {
            Position left = at;
            Position right = at;
            left[rank - 1] = a_transposed ? at[rank - 2] : k;
            left[rank - 2] = a_transposed ? k : at[rank - 2];
            right[rank - 2] = b_transposed ? at[rank - 1] : k;
            right[rank - 1] = b_transposed ? k : at[rank - 1];
            sum += double(a[broadcast_offset(a_shape, left)]) * double(b[broadcast_offset(b_shape, right)]);
        }
        result.push_back(static_cast<float>(node.number("alpha", 1.0F) * sum));
    });
    return result;
}

Reals reduced(const Node& node, const Shape& in, const Reals& x)
{
    const auto axes = node.integers("axes");
    Shape kept = in;
    for (const std::int64_t axis : axes)
        kept[static_cast<std::size_t>(axis)] = 1;
    const auto size = static_cast<std::size_t>(model::element_count(kept));
    std::vector<double> sums(size, 0.0);
    std::vector<double> best(size, -std::numeric_limits<double>::infinity());
    for_each(in, [&](const Position& at) {
        const std::size_t to = broadcast_offset(kept, at);
        sums[to] += x[offset(in, at)];
        best[to] = std::max(best[to], double(x[offset(in, at)]));
    });
    const double count = double(x.size()) / double(size);
    Reals result;
    for (std::size_t i = 0; i < size; ++i)
        result.push_back(static_cast<float>(node.op == "ReduceMax"   ? best[i]
                                            : node.op == "ReduceSum" ? sums[i]
                                                                     : sums[i] / count));
    return result;
}

Reals softmax(const Node& node, const Shape& in, const Reals& x)
{
    const auto axis = static_cast<std::size_t>(node.integer("axis", 0));
    Reals result;
    for_each(in, [&](const Position& at) {
        double sum = 0;
        Position other = at;
        for (other[axis] = 0; other[axis] < in[axis]; ++other[axis])
            sum += std::exp(double(x[offset(in, other)]));
        const double value = x[offset(in, at)];
        result.push_back(static_cast<float>(node.op == "Softmax" ? std::exp(value) / sum : value - std::log(sum)));
    });
    return result;
}

float unary(const Node& node, float value)
{
    const double x = value;
    const double alpha = node.number("alpha", node.op == "HardSigmoid" ? 0.2F : node.op == "Elu" ? 1.0F : 0.01F);
    const auto hard = [](double v) { return std::clamp(v, 0.0, 1.0); };
    if (node.op == "Relu")
        return std::max(value, 0.0F);
    if (node.op == "Clip")
        return std::clamp(value, node.number("min", -INFINITY), node.number("max", INFINITY));
    if (node.op == "LeakyRelu")
        return static_cast<float>(x < 0 ? alpha * x : x);
    if (node.op == "Elu")
        return static_cast<float>(x < 0 ? alpha * std::expm1(x) : x);
    if (node.op == "HardSigmoid")
        return static_cast<float>(hard(alpha * x + node.number("beta", 0.5F)));
    if (node.op == "HardSwish")
        return static_cast<float>(x * hard(x / 6 + 0.5));
    if (node.op == "Sigmoid")
        return static_cast<float>(1 / (1 + std::exp(-x)));
    if (node.op == "Tanh")
        return static_cast<float>(std::tanh(x));
    if (node.op == "Exp")
        return static_cast<float>(std::exp(x));
    if (node.op == "Sqrt")
        return std::sqrt(value);
    if (node.op == "Abs")
        return std::fabs(value);
    if (node.op == "Neg")
        return -value;
    throw std::invalid_argument("no reference for " + node.op);
}

float binary(const std::string& op, float x, float y)
{
    if (op == "Add" || op == "Sum")
        return x + y;
    if (op == "Sub")
        return x - y;
    if (op == "Mul")
        return x * y;
    if (op == "Div")
        return x / y;
    if (op == "Pow")
        return std::pow(x, y);
    if (op == "Max")
        return std::max(x, y);
    if (op == "Min")
        return std::min(x, y);
    throw std::invalid_argument("no reference for " + op);
}

}  // namespace

std::vector<float> ReferenceValue::reals() const
{
    if (!grid)
        return real;
    std::vector<float> result;
    for (const std::uint8_t byte : bytes)
        result.push_back(engine::semantics::dequantized(byte, *grid));
    return result;
}

std::vector<std::uint8_t> ReferenceValue::on(const quant::Grid& wanted) const
{
    if (grid == wanted)
        return bytes;
    std::vector<std::uint8_t> result;
    for (const float value : reals())
        result.push_back(engine::semantics::quantized(value, wanted));
    return result;
}

std::vector<std::vector<float>> reference_operator(const model::Graph& graph, const Node& node,
                                                   const std::vector<std::vector<float>>& inputs)
{
    const auto in = [&](std::size_t i) { return graph.value(*node.inputs[i]).shape; };
    const Shape& out = graph.value(node.outputs[0]).shape;
    if (node.op == "Conv")
        return {convolution(node, in(0), inputs[0], in(1), inputs[1], inputs.size() > 2 ? &inputs[2] : nullptr, out)};
    if (node.op == "Gemm" || node.op == "MatMul") {
        Reals result = matrix_product(node, in(0), inputs[0], in(1), inputs[1], out);
        if (inputs.size() > 2)
            for_each(out, [&](const Position& at) {
                result[offset(out, at)] += node.number("beta", 1.0F) * inputs[2][broadcast_offset(in(2), at)];
            });
        return {result};
    }
    if (node.op.ends_with("Pool"))
        return {pooling(node, in(0), inputs[0], out)};
    if (node.op.starts_with("Reduce"))
        return {reduced(node, in(0), inputs[0])};
    if (node.op.ends_with("oftmax"))
        return {softmax(node, in(0), inputs[0])};
    if (node.op == "Reshape")
        return {inputs[0]};
    if (node.op == "Concat") {
        std::vector<Shape> shapes;
        for (std::size_t i = 0; i < inputs.size(); ++i)
            shapes.push_back(in(i));
        return {concatenated(node, shapes, inputs, out)};
    }
    if (moves_elements(node)) {
        std::vector<Reals> results;
        for (std::size_t o = 0; o < node.outputs.size(); ++o)
            results.push_back(
                moved(node, o, in(0), inputs[0], graph.value(node.outputs[o]).shape, node.number("value", 0.0F)));
        return results;
    }
    Reals result;
    if (inputs.size() == 1 && !engine::kernels::binary_operation(node.op)) {
        for (const float value : inputs[0])
            result.push_back(unary(node, value));
        return {result};
    }
    for_each(out, [&](const Position& at) {
        float value = inputs[0][broadcast_offset(in(0), at)];
        for (std::size_t i = 1; i < inputs.size(); ++i)
            value = binary(node.op, value, inputs[i][broadcast_offset(in(i), at)]);
        result.push_back(value);
    });
    return {result};
}

namespace
{

/// Runs one stage node by node.
class StageReference
{
public:
    StageReference(const model::MultiExitModel& model, StageIndex stage, const quant::StagePlan* plan)
        : graph_(model.graph), stage_(model.stages[stage.at()]), plan_(plan),
          fusion_(engine::plan_fusion(model, stage_, plan != nullptr)), consumers_(graph_.consumers())
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
    void set_bytes(ValueIndex v, const quant::Grid& grid, std::vector<std::uint8_t> bytes)
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
    std::optional<quant::Grid> target(ValueIndex v) const
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
            const auto operation = engine::kernels::unary_operation(node);
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
        const engine::LinearLayer linear = *engine::linear_layer(graph_, node);
        const quant::QuantizedWeights& weights = *plan_->weights[chain.layer.at()];
        const quant::Grid grid =
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
            t.push_back(static_cast<float>(sum) + static_cast<float>(weights.bias[oc] - grid.zero_point * weight_sum));
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
        } else if (const auto operation = engine::kernels::unary_operation(node); operation && grid) {
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

    bool concatenation(const Node& node, const Shape& out, std::optional<quant::Grid> grid)
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

    void average(const Node& node, const ReferenceValue& x, const Shape& out, const std::optional<quant::Grid>& grid)
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
    const quant::StagePlan* plan_;
    engine::FusionPlan fusion_;
    std::vector<std::vector<NodeIndex>> consumers_;
    ReferenceValues values_;
};

}  // namespace

ReferenceValues reference_stage(const model::MultiExitModel& model, StageIndex stage, const quant::StagePlan* plan,
                                const std::vector<std::vector<float>>& inputs)
{
    return StageReference(model, stage, plan).run(inputs);
}

}  // namespace exitscope::tests
