// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/network/engine/kernels/shape.h"

namespace exitscope::engine::kernels {

enum class Reduction { mean, sum, max, min, product, l1, l2, sum_square, log_sum, log_sum_exp };

/// Reduces a row-major tensor over some of its axes. Sums of floats run in double, in row-major order; integers wrap
/// around, and their roots and means are cut to integers. Over no elements: 0 for sums, 1 for products, the lowest
/// value for maximum, the largest for minimum, NaN (integers: 0) for the mean.
class Reduce {
public:
    Reduce(Reduction reduction, const Shape& shape, const std::vector<std::int64_t>& axes);
    void operator()(const float* in, float* out) const;
    void operator()(const std::int64_t* in, std::int64_t* out) const;

private:
    struct Axis {
        std::size_t extent, stride;
    };
    template <class T, class Accumulator, class Step, class Finish>
    void run(const T* in, T* out, Accumulator start, Step step, Finish finish) const;

    Reduction reduction_;
    std::vector<Axis> kept_, reduced_;  ///< outermost first, neighbours of one kind merged
    std::size_t row_ = 1;               ///< kept elements side by side
    double count_ = 1;                  ///< elements that each result is made of
};

/// Softmax (or its logarithm) along the middle axis of [outer, count, inner]. Rows (inner 1) of a softmax run in float,
/// everything else has exponentials and sums in double.
void softmax(const float* in, float* out, std::size_t outer, std::size_t count, std::size_t inner, bool logarithm);

/// out[m, n] = alpha * sum_k left[m, k] right[k, n], with either side stored transposed; sums in float, k ascending.
struct MatrixProduct {
    std::size_t rows, columns, depth;
    bool left_transposed = false, right_transposed = false;
    float alpha = 1.0F;

    void operator()(const float* left, const float* right, float* out) const;
};

}  // namespace exitscope::engine::kernels
