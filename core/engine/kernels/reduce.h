// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/model/graph.h"

namespace exitscope::engine::kernels {

enum class Reduction { mean, sum, max };

/// Reduces a row-major tensor over some of its axes; sums run in double, in row-major order.
class Reduce {
public:
    Reduce(Reduction reduction, const model::Shape& shape, const std::vector<std::int64_t>& axes);
    void operator()(const float* in, float* out) const;

private:
    struct Axis {
        std::size_t extent, stride;
    };
    Reduction reduction_;
    std::vector<Axis> kept_, reduced_;
};

/// Softmax (or its logarithm) along the middle axis of [outer, count, inner]; exponentials and sums in double.
void softmax(const float* in, float* out, std::size_t outer, std::size_t count, std::size_t inner, bool logarithm);

/// out[m, n] = alpha * sum_k left[m, k] right[k, n], with either side stored transposed; sums in float, k ascending.
struct MatrixProduct {
    std::size_t rows, columns, depth;
    bool left_transposed = false, right_transposed = false;
    float alpha = 1.0F;

    void operator()(const float* left, const float* right, float* out) const;
};

}  // namespace exitscope::engine::kernels
