// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

/// Loops over rows of floats, fast because they vectorise, and with the same bits on every CPU: sums run in 16 lanes
/// that are added in a fixed order, without fused multiply-adds.
namespace exitscope::engine::kernels {

/// Softmax of one row; `in` and `out` may be the same.
void softmax_row(const float* in, float* out, std::size_t count);

struct RowStatistics {
    float mean;
    float factor;  ///< 1 / standard deviation
};
/// (x - mean) / sqrt(variance + epsilon), times `scale` and plus `bias` [count], which may be null.
RowStatistics normalise_row(const float* in, float* out, std::size_t count, float epsilon, const float* scale,
                            const float* bias);

void gelu(const float* in, float* out, std::size_t count);
void sigmoid(const float* in, float* out, std::size_t count);

/// out[rows, columns] = alpha * left[rows, depth] right[depth, columns], row-major, k ascending.
void multiply(const float* left, const float* right, float* out, std::size_t rows, std::size_t columns,
              std::size_t depth, float alpha);

}  // namespace exitscope::engine::kernels
