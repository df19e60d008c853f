// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/kernels/rows.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/network/engine/kernels/clones.h"
#include "core/network/engine/kernels/vector_math.h"

namespace exitscope::engine::kernels {
namespace {

constexpr std::size_t lanes = 16;
/// As wide as the widest registers; narrower ones take it in pieces.
typedef float Lanes __attribute__((vector_size(lanes * sizeof(float))));

float added(const float (&parts)[lanes])
{
    float sum = 0.0F;
    for (const float part : parts)
        sum += part;
    return sum;
}

EXITSCOPE_CLONES float highest(const float* in, std::size_t count)
{
    float best[lanes];
    std::fill_n(best, lanes, -std::numeric_limits<float>::infinity());
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes)
        for (std::size_t l = 0; l < lanes; ++l)
            best[l] = in[i + l] > best[l] ? in[i + l] : best[l];
    for (std::size_t l = 0; i < count; ++i, ++l)
        best[l] = in[i] > best[l] ? in[i] : best[l];
    return *std::max_element(best, best + lanes);
}

EXITSCOPE_CLONES float total(const float* in, std::size_t count)
{
    float sums[lanes] = {};
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes)
        for (std::size_t l = 0; l < lanes; ++l)
            sums[l] += in[i + l];
    for (std::size_t l = 0; i < count; ++i, ++l)
        sums[l] += in[i];
    return added(sums);
}

EXITSCOPE_CLONES float total_of_squares(const float* in, std::size_t count, float centre)
{
    float sums[lanes] = {};
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes)
        for (std::size_t l = 0; l < lanes; ++l)
            sums[l] += (in[i + l] - centre) * (in[i + l] - centre);
    for (std::size_t l = 0; i < count; ++i, ++l)
        sums[l] += (in[i] - centre) * (in[i] - centre);
    return added(sums);
}

EXITSCOPE_CLONES void exponentials(const float* in, float* out, std::size_t count, float shift)
{
    for (std::size_t i = 0; i < count; ++i)
        out[i] = exponential_float(in[i] - shift);
}

EXITSCOPE_CLONES void scaled(float* values, std::size_t count, float factor)
{
    for (std::size_t i = 0; i < count; ++i)
        values[i] *= factor;
}

EXITSCOPE_CLONES void standardised(const float* in, float* out, std::size_t count, RowStatistics row,
                                   const float* scale, const float* bias)
{
    if (scale && bias) {
        for (std::size_t i = 0; i < count; ++i)
            out[i] = (in[i] - row.mean) * row.factor * scale[i] + bias[i];
        return;
    }
    for (std::size_t i = 0; i < count; ++i)
        out[i] = (in[i] - row.mean) * row.factor;
    for (std::size_t i = 0; scale && i < count; ++i)
        out[i] *= scale[i];
    for (std::size_t i = 0; bias && i < count; ++i)
        out[i] += bias[i];
}

__attribute__((always_inline)) inline void load(Lanes& value, const float* from)
{
    std::memcpy(&value, from, sizeof value);
}

/// 2 * lanes columns of `Rows` rows, which stay in registers.
template <std::size_t Rows>
__attribute__((always_inline)) inline void product_block(const float* left, const float* right, float* out,
                                                         std::size_t columns, std::size_t depth, float alpha)
{
    Lanes sums[Rows][2] = {};
    for (std::size_t k = 0; k < depth; ++k) {
        Lanes first;
        Lanes second;
        load(first, right + k * columns);
        load(second, right + k * columns + lanes);
#pragma GCC unroll 8
        for (std::size_t r = 0; r < Rows; ++r) {
            const float factor = left[r * depth + k];
            sums[r][0] += first * factor;
            sums[r][1] += second * factor;
        }
    }
#pragma GCC unroll 8
    for (std::size_t r = 0; r < Rows; ++r)
        for (std::size_t half = 0; half < 2; ++half) {
            const Lanes result = sums[r][half] * alpha;
            std::memcpy(out + r * columns + half * lanes, &result, sizeof result);
        }
}

template <std::size_t Rows>
__attribute__((always_inline)) inline void product_rows(const float* left, const float* right, float* out,
                                                        std::size_t columns, std::size_t depth, float alpha)
{
    constexpr std::size_t block = 2 * lanes;
    for (std::size_t c = 0; c < columns; c += block) {
        const std::size_t from = std::min(c, columns - block);  // the last block overlaps the one before
        product_block<Rows>(left, right + from, out + from, columns, depth, alpha);
    }
}

EXITSCOPE_CLONES void wide_product(const float* left, const float* right, float* out, std::size_t rows,
                                   std::size_t columns, std::size_t depth, float alpha)
{
    std::size_t r = 0;
    for (; r + 6 <= rows; r += 6)
        product_rows<6>(left + r * depth, right, out + r * columns, columns, depth, alpha);
    for (; r < rows; ++r)
        product_rows<1>(left + r * depth, right, out + r * columns, columns, depth, alpha);
}

EXITSCOPE_CLONES void narrow_product(const float* left, const float* right, float* out, std::size_t rows,
                                     std::size_t columns, std::size_t depth, float alpha)
{
    for (std::size_t r = 0; r < rows; ++r) {
        float sums[2 * lanes] = {};
        for (std::size_t k = 0; k < depth; ++k)
            for (std::size_t c = 0; c < columns; ++c)
                sums[c] += right[k * columns + c] * left[r * depth + k];
        for (std::size_t c = 0; c < columns; ++c)
            out[r * columns + c] = sums[c] * alpha;
    }
}

}  // namespace

void softmax_row(const float* in, float* out, std::size_t count)
{
    exponentials(in, out, count, highest(in, count));
    scaled(out, count, 1.0F / total(out, count));
}

RowStatistics normalise_row(const float* in, float* out, std::size_t count, float epsilon, const float* scale,
                            const float* bias)
{
    const auto width = static_cast<float>(count);
    const float mean = total(in, count) / width;
    const RowStatistics row{mean, 1.0F / std::sqrt(total_of_squares(in, count, mean) / width + epsilon)};
    standardised(in, out, count, row, scale, bias);
    return row;
}

EXITSCOPE_CLONES void gelu(const float* in, float* out, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        out[i] = gelu_float(in[i]);
}

EXITSCOPE_CLONES void sigmoid(const float* in, float* out, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        out[i] = sigmoid_float(in[i]);
}

void multiply(const float* left, const float* right, float* out, std::size_t rows, std::size_t columns,
              std::size_t depth, float alpha)
{
    if (columns >= 2 * lanes)
        wide_product(left, right, out, rows, columns, depth, alpha);
    else
        narrow_product(left, right, out, rows, columns, depth, alpha);
}

}  // namespace exitscope::engine::kernels
