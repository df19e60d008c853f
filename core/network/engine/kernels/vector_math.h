// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

/// Functions in single precision from additions, multiplications and divisions alone, without branches: loops over
/// them vectorise, and the bits are the same with every instruction set.
namespace exitscope::engine::kernels {

/// Nearest integer, half to even, for |x| < 2^22.
[[nodiscard]] __attribute__((always_inline)) inline float nearest(float x)
{
    return (x + 12582912.0F) - 12582912.0F;
}

/// e^x to about 1e-7 relative; 0 below -87, infinity above 88.7.
[[nodiscard]] __attribute__((always_inline)) inline float exponential_float(float x)
{
    const float inside = x < 88.8F ? (x > -87.0F ? x : -87.0F) : 88.8F;  // NaN becomes 88.8
    const float n = nearest(inside * 1.44269504F);
    const float r = (inside - n * 0.693359375F) + n * 2.12194440e-4F;  // ln 2 in two parts
    float sum = 1.9875691500e-4F;
    sum = sum * r + 1.3981999507e-3F;
    sum = sum * r + 8.3334519073e-3F;
    sum = sum * r + 4.1665795894e-2F;
    sum = sum * r + 1.6666665459e-1F;
    sum = sum * r + 5.0000001201e-1F;
    sum = (sum * r) * r + r + 1.0F;
    const auto exponent = static_cast<std::uint32_t>(static_cast<std::int32_t>(n) + 126);
    const float power = (sum * std::bit_cast<float>(exponent << 23)) * 2.0F;
    const float bounded = x < -87.0F ? 0.0F : power;
    return x != x ? x : bounded;
}

/// 1 / (1 + e^-x).
[[nodiscard]] __attribute__((always_inline)) inline float sigmoid_float(float x)
{
    return 1.0F / (1.0F + exponential_float(-x));
}

/// x / 2 * (1 + erf(x / sqrt 2)), the error function to 1.5e-7 (Abramowitz and Stegun, 7.1.26).
[[nodiscard]] __attribute__((always_inline)) inline float gelu_float(float x)
{
    const float z = std::fabs(x) * 0.70710678F;
    const float t = 1.0F / (1.0F + 0.3275911F * z);
    float sum = 1.061405429F;
    sum = sum * t - 1.453152027F;
    sum = sum * t + 1.421413741F;
    sum = sum * t - 0.284496736F;
    sum = sum * t + 0.254829592F;
    const float tail = 0.5F * ((sum * t) * exponential_float(-z * z));  // (1 - erf z) / 2
    return x < 0.0F ? x * tail : x - x * tail;
}

}  // namespace exitscope::engine::kernels
