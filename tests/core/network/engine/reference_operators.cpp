// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <stdexcept>
#include <string_view>

#include "tests/core/network/engine/reference.h"
#include "tests/core/network/engine/reference_positions.h"

namespace exitscope::tests {

using model::Node;
using model::Shape;

namespace reference {

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

PoolShape pool_shape(const Node& node, const Shape& in)
{
    const auto kernel = node.integers("kernel_shape", {in[2], in[3]});
    return {node.op.ends_with("AveragePool"), node.integer("count_include_pad", 0) != 0, kernel[0], kernel[1]};
}
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

}  // namespace reference

namespace {

using namespace reference;

std::size_t broadcast_offset(const Shape& shape, const Position& at)
{
    Position own(at.end() - static_cast<std::ptrdiff_t>(shape.size()), at.end());
    for (std::size_t d = 0; d < shape.size(); ++d)
        own[d] = shape[d] == 1 ? 0 : own[d];
    return offset(shape, own);
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

/// By name, from all elements that come to one result, in row-major order.
const std::map<std::string_view, double (*)(const std::vector<double>&)> reductions = {
    {"ReduceSum", [](const std::vector<double>& all) { return std::accumulate(all.begin(), all.end(), 0.0); }},
    {"ReduceMean",
     [](const std::vector<double>& all) {
         return std::accumulate(all.begin(), all.end(), 0.0) / static_cast<double>(all.size());
     }},
    {"ReduceProd",
     [](const std::vector<double>& all) { return std::accumulate(all.begin(), all.end(), 1.0, std::multiplies<>()); }},
    {"ReduceMax", [](const std::vector<double>& all) { return *std::max_element(all.begin(), all.end()); }},
    {"ReduceMin", [](const std::vector<double>& all) { return *std::min_element(all.begin(), all.end()); }},
};

Reals reduced(const Node& node, const Shape& in, const Reals& x)
{
    Shape kept = in;
    for (const std::int64_t axis : node.integers("axes"))
        kept[static_cast<std::size_t>(axis)] = 1;
    std::vector<std::vector<double>> groups(static_cast<std::size_t>(model::element_count(kept)));
    for_each(in, [&](const Position& at) { groups[broadcast_offset(kept, at)].push_back(x[offset(in, at)]); });
    Reals result;
    for (const std::vector<double>& group : groups)
        result.push_back(static_cast<float>(reductions.at(node.op)(group)));
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

/// Over the last axis; a scale and a bias of that axis may follow.
Reals normalised(const Node& node, const std::vector<Reals>& inputs, const Shape& shape)
{
    const auto width = static_cast<std::size_t>(shape.back());
    Reals result = inputs[0];
    for (std::size_t row = 0; row < result.size(); row += width) {
        double mean = 0;
        double variance = 0;
        for (std::size_t i = 0; i < width; ++i)
            mean += double(result[row + i]) / double(width);
        for (std::size_t i = 0; i < width; ++i)
            variance += (double(result[row + i]) - mean) * (double(result[row + i]) - mean) / double(width);
        for (std::size_t i = 0; i < width; ++i) {
            const double y =
                (double(result[row + i]) - mean) / std::sqrt(variance + double(node.number("epsilon", 1e-5F)));
            const double scale = inputs.size() > 1 ? double(inputs[1][i]) : 1.0;
            result[row + i] = static_cast<float>(y * scale + (inputs.size() > 2 ? double(inputs[2][i]) : 0.0));
        }
    }
    return result;
}

double hard(double x)
{
    return std::clamp(x, 0.0, 1.0);
}

/// Element by element, each as the text of the ONNX operator defines it, in double.
const std::map<std::string_view, double (*)(const Node&, double)> functions = {
    {"Abs", [](const Node&, double x) { return x < 0 ? -x : x; }},
    {"Ceil", [](const Node&, double x) { return std::trunc(x) < x ? std::trunc(x) + 1 : std::trunc(x); }},
    {"Clip",
     [](const Node& node, double x) {
         return std::clamp<double>(x, node.number("min", -INFINITY), node.number("max", INFINITY));
     }},
    {"Elu", [](const Node& node, double x) { return x < 0 ? node.number("alpha", 1.0F) * std::expm1(x) : x; }},
    {"Erf", [](const Node&, double x) { return std::erf(x); }},
    {"Exp", [](const Node&, double x) { return std::exp(x); }},
    {"Floor", [](const Node&, double x) { return std::trunc(x) > x ? std::trunc(x) - 1 : std::trunc(x); }},
    {"Gelu", [](const Node&, double x) { return x / 2 * (1 + std::erf(x / std::sqrt(2.0))); }},
    {"HardSigmoid",
     [](const Node& node, double x) {
         return hard(double(node.number("alpha", 0.2F)) * x + double(node.number("beta", 0.5F)));
     }},
    {"HardSwish", [](const Node&, double x) { return x * hard(x / 6 + 0.5); }},
    {"LeakyRelu", [](const Node& node, double x) { return x < 0 ? node.number("alpha", 0.01F) * x : x; }},
    {"Neg", [](const Node&, double x) { return -x; }},
    {"Relu", [](const Node&, double x) { return x > 0 ? x : 0; }},
    {"Round",  // halves go to the even neighbour
     [](const Node&, double x) { return x - std::remainder(x, 1.0); }},
    {"Sigmoid", [](const Node&, double x) { return 1 / (1 + std::exp(-x)); }},
    {"Sqrt", [](const Node&, double x) { return std::sqrt(x); }},
    {"Tanh", [](const Node&, double x) { return std::expm1(2 * x) / (std::expm1(2 * x) + 2); }},
};

/// Pair by pair of the broadcast elements, in double; several inputs from the left.
const std::map<std::string_view, double (*)(double, double)> pair_functions = {
    {"Add", [](double x, double y) { return x + y; }},
    {"Div", [](double x, double y) { return x / y; }},
    {"Max", [](double x, double y) { return x < y ? y : x; }},
    {"Min", [](double x, double y) { return x < y ? x : y; }},
    {"Mod", [](double x, double y) { return x - std::trunc(x / y) * y; }},  // fmod=1: the sign of x
    {"Mul", [](double x, double y) { return x * y; }},
    {"Pow", [](double x, double y) { return std::pow(x, y); }},
    {"Sub", [](double x, double y) { return x - y; }},
    {"Sum", [](double x, double y) { return x + y; }},
};

}  // namespace

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
    if (node.op == "LayerNormalization")
        return {normalised(node, inputs, out)};
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
    if (const auto function = functions.find(node.op); function != functions.end()) {
        for (const float value : inputs[0])
            result.push_back(static_cast<float>(function->second(node, value)));
        return {result};
    }
    const auto function = pair_functions.find(node.op);
    if (function == pair_functions.end())
        throw std::invalid_argument("no reference for " + node.op);
    for_each(out, [&](const Position& at) {
        float value = inputs[0][broadcast_offset(in(0), at)];
        for (std::size_t i = 1; i < inputs.size(); ++i)
            value = static_cast<float>(function->second(value, inputs[i][broadcast_offset(in(i), at)]));
        result.push_back(value);
    });
    return {result};
}

}  // namespace exitscope::tests
