// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

#include "core/network/model/linear_layer.h"

namespace exitscope::calibrate {

/// A layer as independent products: each group multiplies `inputs` numbers with a matrix of `outputs` rows. A Gemm, a
/// MatMul and an ordinary convolution have one group.
struct ProductShape {
    std::size_t groups = 1;
    std::size_t inputs = 0;   ///< of one group: the length K of a row of LinearLayer::weights
    std::size_t outputs = 0;  ///< of one group
};
[[nodiscard]] ProductShape product_shape(const model::LinearLayer& layer);

inline constexpr std::size_t row_slack = 16;

/// Sums over sampled rows of a layer: x are the levels that it reads, counted from that of zero, y the numbers that it
/// is to answer with. Same sums for any order of threads and on every CPU.
struct Moments {
    ProductShape shape;
    double rows = 0;
    std::vector<double> input_input;    ///< [groups, inputs, inputs] sum x x^T, upper triangles
    std::vector<double> output_input;   ///< [groups, inputs, outputs] sum x y^T
    std::vector<double> input_sum;      ///< [groups, inputs]
    std::vector<double> output_sum;     ///< [groups, outputs]
    std::vector<double> output_square;  ///< [groups, outputs] sum y^2

    explicit Moments(const ProductShape& of);
    /// `x` is [count, groups * inputs], integers from -255 to 255; `y` is [count, groups * outputs]; both are followed
    /// by row_slack more numbers, which are read but do not count.
    void add(const std::vector<float>& x, const std::vector<float>& y, std::size_t count, unsigned threads);
    Moments& operator+=(const Moments& other);
};

/// Second moments of one group around the means, per row: input [inputs, inputs] symmetric, in units of the input's
/// scale squared; cross [inputs, outputs]; output [outputs].
struct Covariance {
    std::size_t inputs = 0;
    std::size_t outputs = 0;
    std::vector<double> input;
    std::vector<double> cross;
    std::vector<double> output;
};
[[nodiscard]] Covariance centred(const Moments& moments, std::size_t group);

}  // namespace exitscope::calibrate
