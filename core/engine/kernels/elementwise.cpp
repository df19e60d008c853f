// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kernels/elementwise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "core/engine/kernels/clones.h"
#include "core/engine/kernels/exponential.h"

namespace exitscope::engine::kernels {
namespace {

// Not std::max: its order of operands keeps NaN, as ONNX operators do.
inline float higher(float x, float bound)
{
    return x < bound ? bound : x;
}
inline float lower(float x, float bound)
{
    return x > bound ? bound : x;
}

EXITSCOPE_CLONES void clamp(const float* in, float* out, std::size_t count, float low, float high)
{
    for (std::size_t i = 0; i < count; ++i)
        out[i] = lower(higher(in[i], low), high);
}

EXITSCOPE_CLONES void leaky_relu(const float* in, float* out, std::size_t count, float slope)
{
    for (std::size_t i = 0; i < count; ++i)
        out[i] = in[i] < 0.0F ? slope * in[i] : in[i];
}

EXITSCOPE_CLONES void hard_sigmoid(const float* in, float* out, std::size_t count, float slope, float offset)
{
    for (std::size_t i = 0; i < count; ++i)
        out[i] = lower(higher(slope * in[i] + offset, 0.0F), 1.0F);
}

EXITSCOPE_CLONES void hard_swish(const float* in, float* out, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        out[i] = in[i] * lower(higher(in[i] * (1.0F / 6.0F) + 0.5F, 0.0F), 1.0F);
}

double sigmoid(double x)
{
    return 1.0 / (1.0 + exponential(-x));
}

// Near 0, where the difference of two numbers near 1 would lose digits, the first terms of the series.
double hyperbolic_tangent(double x)
{
    return std::fabs(x) < 1e-3 ? x * (1.0 - x * x / 3.0) : 2.0 * sigmoid(2.0 * x) - 1.0;
}
double exponential_minus_1(double x)
{
    return std::fabs(x) < 1e-5 ? x * (1.0 + x / 2.0) : exponential(x) - 1.0;
}

template <class Function>
void each(const float* in, float* out, std::size_t count, Function function)
{
    for (std::size_t i = 0; i < count; ++i)
        out[i] = static_cast<float>(function(in[i]));
}

#define EXITSCOPE_BINARY(name, expression)                                                                             \
    EXITSCOPE_CLONES void name(const float* left, std::size_t left_step, const float* right, std::size_t right_step,   \
                               float* out, std::size_t count)                                                          \
    {                                                                                                                  \
        if (left_step == 1 && right_step == 1) {                                                                       \
            for (std::size_t i = 0; i < count; ++i) {                                                                  \
                const float x = left[i], y = right[i];                                                                 \
                out[i] = (expression);                                                                                 \
            }                                                                                                          \
        } else if (left_step == 1) {                                                                                   \
            const float y = *right;                                                                                    \
            for (std::size_t i = 0; i < count; ++i) {                                                                  \
                const float x = left[i];                                                                               \
                out[i] = (expression);                                                                                 \
            }                                                                                                          \
        } else {                                                                                                       \
            const float x = *left;                                                                                     \
            for (std::size_t i = 0; i < count; ++i) {                                                                  \
                const float y = right[i * right_step];                                                                 \
                out[i] = (expression);                                                                                 \
            }                                                                                                          \
        }                                                                                                              \
    }
EXITSCOPE_BINARY(add, x + y)
EXITSCOPE_BINARY(sub, x - y)
EXITSCOPE_BINARY(mul, x* y)
EXITSCOPE_BINARY(div, x / y)
EXITSCOPE_BINARY(larger, y > x || y != y ? y : x)
EXITSCOPE_BINARY(smaller, y < x || y != y ? y : x)
#undef EXITSCOPE_BINARY

void power(const float* left, std::size_t left_step, const float* right, std::size_t right_step, float* out,
           std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        out[i] = std::pow(left[i * left_step], right[i * right_step]);
}

using Row = void (*)(const float*, std::size_t, const float*, std::size_t, float*, std::size_t);

Row row_of(Binary operation)
{
    switch (operation) {
    case Binary::add: return add;
    case Binary::sub: return sub;
    case Binary::mul: return mul;
    case Binary::div: return div;
    case Binary::pow: return power;
    case Binary::max: return larger;
    case Binary::min: return smaller;
    }
    return add;
}

}  // namespace

std::optional<UnaryOperation> unary_operation(const model::Node& node)
{
    constexpr float infinity = std::numeric_limits<float>::infinity();
    if (node.op == "Clip")
        return UnaryOperation{Unary::clip, node.number("min", -infinity), node.number("max", infinity)};
    if (node.op == "LeakyRelu")
        return UnaryOperation{Unary::leaky_relu, node.number("alpha", 0.01F)};
    if (node.op == "Elu")
        return UnaryOperation{Unary::elu, node.number("alpha", 1.0F)};
    if (node.op == "HardSigmoid")
        return UnaryOperation{Unary::hard_sigmoid, node.number("alpha", 0.2F), node.number("beta", 0.5F)};
    static constexpr std::array<std::pair<std::string_view, Unary>, 8> plain = {{{"Abs", Unary::abs},
                                                                                 {"Exp", Unary::exp},
                                                                                 {"HardSwish", Unary::hard_swish},
                                                                                 {"Neg", Unary::neg},
                                                                                 {"Relu", Unary::relu},
                                                                                 {"Sigmoid", Unary::sigmoid},
                                                                                 {"Sqrt", Unary::sqrt},
                                                                                 {"Tanh", Unary::tanh}}};
    for (const auto& [name, kind] : plain)
        if (node.op == name)
            return UnaryOperation{kind};
    return std::nullopt;
}

void apply(const UnaryOperation& operation, const float* in, float* out, std::size_t count)
{
    const float a = operation.a;
    switch (operation.kind) {
    case Unary::abs: return each(in, out, count, [](float x) { return std::fabs(x); });
    case Unary::clip: return clamp(in, out, count, operation.a, operation.b);
    case Unary::elu:
        return each(in, out, count, [a](float x) { return x < 0 ? a * exponential_minus_1(x) : double(x); });
    case Unary::exp: return each(in, out, count, [](float x) { return exponential(x); });
    case Unary::hard_sigmoid: return hard_sigmoid(in, out, count, operation.a, operation.b);
    case Unary::hard_swish: return hard_swish(in, out, count);
    case Unary::leaky_relu: return leaky_relu(in, out, count, operation.a);
    case Unary::neg: return each(in, out, count, [](float x) { return -x; });
    case Unary::relu: return clamp(in, out, count, 0.0F, std::numeric_limits<float>::infinity());
    case Unary::sigmoid: return each(in, out, count, [](float x) { return sigmoid(x); });
    case Unary::sqrt: return each(in, out, count, [](float x) { return std::sqrt(x); });
    case Unary::tanh: return each(in, out, count, [](float x) { return hyperbolic_tangent(x); });
    }
}

std::optional<Binary> binary_operation(std::string_view op)
{
    static constexpr std::array<std::pair<std::string_view, Binary>, 8> known = {{{"Add", Binary::add},
                                                                                  {"Sum", Binary::add},
                                                                                  {"Sub", Binary::sub},
                                                                                  {"Mul", Binary::mul},
                                                                                  {"Div", Binary::div},
                                                                                  {"Pow", Binary::pow},
                                                                                  {"Max", Binary::max},
                                                                                  {"Min", Binary::min}}};
    for (const auto& [name, operation] : known)
        if (op == name)
            return operation;
    return std::nullopt;
}

void apply(Binary operation, const float* left, const float* right, float* out, std::size_t count)
{
    row_of(operation)(left, 1, right, 1, out, count);
}

Broadcast::Broadcast(Binary operation, const model::Shape& left, const model::Shape& right, const model::Shape& out)
    : operation_(operation)
{
    std::size_t left_step = 1;
    std::size_t right_step = 1;
    for (std::size_t d = 0; d < out.size(); ++d) {  // from the innermost axis
        const auto extent = static_cast<std::size_t>(out[out.size() - 1 - d]);
        const auto side = [&](const model::Shape& shape, std::size_t& step) -> std::size_t {
            if (d >= shape.size() || shape[shape.size() - 1 - d] == 1)
                return 0;
            const std::size_t stride = step;
            step *= extent;
            return stride;
        };
        const std::size_t left_stride = side(left, left_step);
        const std::size_t right_stride = side(right, right_step);
        if (extent == 1)
            continue;
        const bool merges = !extents_.empty() && left_stride == left_strides_.back() * extents_.back() &&
                            right_stride == right_strides_.back() * extents_.back();
        if (merges) {
            extents_.back() *= extent;
        } else {
            extents_.push_back(extent);
            left_strides_.push_back(left_stride);
            right_strides_.push_back(right_stride);
        }
    }
    if (extents_.empty()) {
        extents_.push_back(1);
        left_strides_.push_back(1);
        right_strides_.push_back(1);
    }
    std::reverse(extents_.begin(), extents_.end());
    std::reverse(left_strides_.begin(), left_strides_.end());
    std::reverse(right_strides_.begin(), right_strides_.end());
}

void Broadcast::operator()(const float* left, const float* right, float* out) const
{
    const Row row = row_of(operation_);
    const std::size_t inner = extents_.back();
    std::size_t rows = 1;
    for (std::size_t d = 0; d + 1 < extents_.size(); ++d)
        rows *= extents_[d];
    for (std::size_t r = 0; r < rows; ++r) {
        std::size_t rest = r;
        std::size_t left_at = 0;
        std::size_t right_at = 0;
        for (std::size_t d = extents_.size() - 1; d-- > 0;) {
            const std::size_t at = rest % extents_[d];
            rest /= extents_[d];
            left_at += at * left_strides_[d];
            right_at += at * right_strides_[d];
        }
        row(left + left_at, left_strides_.back(), right + right_at, right_strides_.back(), out + r * inner, inner);
    }
}

}  // namespace exitscope::engine::kernels
