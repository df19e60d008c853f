// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/kernels/elementwise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "core/network/engine/kernels/clones.h"
#include "core/network/engine/kernels/exponential.h"
#include "core/network/engine/kernels/rows.h"

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

double softplus(double x)
{
    return std::max(x, 0.0) + std::log1p(exponential(-std::fabs(x)));
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
EXITSCOPE_BINARY(slope_below_zero, x < 0.0F ? y * x : x)
EXITSCOPE_BINARY(smaller, y < x || y != y ? y : x)
#undef EXITSCOPE_BINARY

void power(const float* left, std::size_t left_step, const float* right, std::size_t right_step, float* out,
           std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        out[i] = std::pow(left[i * left_step], right[i * right_step]);
}

void remainder(const float* left, std::size_t left_step, const float* right, std::size_t right_step, float* out,
               std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        out[i] = std::fmod(left[i * left_step], right[i * right_step]);
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
    case Binary::mod: return remainder;
    case Binary::prelu: return slope_below_zero;
    }
    return add;
}

}  // namespace

void apply(const UnaryOperation& operation, const float* in, float* out, std::size_t count)
{
    const float a = operation.a;
    const float b = operation.b;
    switch (operation.kind) {
    case Unary::abs: return each(in, out, count, [](float x) { return std::fabs(x); });
    case Unary::acos: return each(in, out, count, [](double x) { return std::acos(x); });
    case Unary::acosh: return each(in, out, count, [](double x) { return std::acosh(x); });
    case Unary::asin: return each(in, out, count, [](double x) { return std::asin(x); });
    case Unary::asinh: return each(in, out, count, [](double x) { return std::asinh(x); });
    case Unary::atan: return each(in, out, count, [](double x) { return std::atan(x); });
    case Unary::atanh: return each(in, out, count, [](double x) { return std::atanh(x); });
    case Unary::ceil: return each(in, out, count, [](float x) { return std::ceil(x); });
    case Unary::celu:
        return each(in, out, count, [a](float x) { return x < 0 ? a * exponential_minus_1(x / a) : double(x); });
    case Unary::cos: return each(in, out, count, [](double x) { return std::cos(x); });
    case Unary::cosh: return each(in, out, count, [](double x) { return std::cosh(x); });
    case Unary::erf: return each(in, out, count, [](double x) { return std::erf(x); });
    case Unary::floor: return each(in, out, count, [](float x) { return std::floor(x); });
    case Unary::gelu: return gelu(in, out, count);
    case Unary::gelu_tanh:
        return each(in, out, count, [](double x) {
            return 0.5 * x * (1.0 + hyperbolic_tangent(0.7978845608028654 * (x + 0.044715 * x * x * x)));
        });
    case Unary::log: return each(in, out, count, [](double x) { return std::log(x); });
    case Unary::mish: return each(in, out, count, [](double x) { return x * hyperbolic_tangent(softplus(x)); });
    case Unary::reciprocal: return each(in, out, count, [](float x) { return 1.0F / x; });
    case Unary::round: return each(in, out, count, [](float x) { return std::nearbyint(x); });
    case Unary::selu:
        return each(in, out, count, [a, b](float x) { return b * (x <= 0 ? a * exponential_minus_1(x) : double(x)); });
    case Unary::shrink: return each(in, out, count, [a, b](float x) { return x < -a ? x + b : x > a ? x - b : 0.0F; });
    case Unary::sign: return each(in, out, count, [](float x) { return x > 0 ? 1.0F : x < 0 ? -1.0F : x; });
    case Unary::sin: return each(in, out, count, [](double x) { return std::sin(x); });
    case Unary::sinh: return each(in, out, count, [](double x) { return std::sinh(x); });
    case Unary::softplus: return each(in, out, count, [](double x) { return softplus(x); });
    case Unary::softsign: return each(in, out, count, [](float x) { return x / (1.0F + std::fabs(x)); });
    case Unary::tan: return each(in, out, count, [](double x) { return std::tan(x); });
    case Unary::thresholded_relu: return each(in, out, count, [a](float x) { return x > a ? x : 0.0F; });
    case Unary::clip: return clamp(in, out, count, operation.a, operation.b);
    case Unary::elu:
        return each(in, out, count, [a](float x) { return x < 0 ? a * exponential_minus_1(x) : double(x); });
    case Unary::exp: return each(in, out, count, [](float x) { return exponential(x); });
    case Unary::hard_sigmoid: return hard_sigmoid(in, out, count, operation.a, operation.b);
    case Unary::hard_swish: return hard_swish(in, out, count);
    case Unary::leaky_relu: return leaky_relu(in, out, count, operation.a);
    case Unary::neg: return each(in, out, count, [](float x) { return -x; });
    case Unary::relu: return clamp(in, out, count, 0.0F, std::numeric_limits<float>::infinity());
    case Unary::sigmoid: return sigmoid(in, out, count);
    case Unary::sqrt: return each(in, out, count, [](float x) { return std::sqrt(x); });
    case Unary::tanh: return each(in, out, count, [](float x) { return hyperbolic_tangent(x); });
    }
}

void apply(Binary operation, const float* left, const float* right, float* out, std::size_t count)
{
    row_of(operation)(left, 1, right, 1, out, count);
}

void Broadcast::operator()(const float* left, const float* right, float* out) const
{
    const Row row = row_of(operation_);
    plan_.rows([&](const auto& at, const auto& step, std::size_t to, std::size_t count) {
        row(left + at[0], step[0], right + at[1], step[1], out + to, count);
    });
}

}  // namespace exitscope::engine::kernels
