// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>

namespace exitscope::calibrate {

/// Dense linear algebra whose results are the same bits on every CPU and for any number of threads: every element is
/// summed in one fixed order without fused multiply-add. Matrices are row-major.

/// A matrix with any distance between its rows and between its columns, so that it can be read transposed.
template <class Number>
struct Strided {
    const Number* data = nullptr;
    std::size_t row = 0;     ///< elements from one row to the next
    std::size_t column = 1;  ///< elements from one column to the next
};

/// to[i][j] += sum_r left[r][i] * right[r][j] for i < m, j < n, in single precision. `to_row` elements lie between rows
/// of `to`.
void add_products(Strided<float> left, const float* right, std::size_t right_row, std::size_t rows, std::size_t m,
                  std::size_t n, float* to, std::size_t to_row);

/// The same for integers of which no partial sum exceeds 2^24: nothing is rounded, so that multiply-add may be fused.
void add_exact_products(Strided<float> left, const float* right, std::size_t right_row, std::size_t rows, std::size_t m,
                        std::size_t n, float* to, std::size_t to_row);

/// The same in double precision with the sum subtracted.
void subtract_products(Strided<double> left, const double* right, std::size_t right_row, std::size_t rows,
                       std::size_t m, std::size_t n, double* to, std::size_t to_row);

/// Upper factor U of matrix = U^T U, in place; `matrix` is [n, n], symmetric positive definite, of which the upper
/// triangle is read and overwritten. A pivot that is not positive is replaced by `floor` > 0. `threads`: as in
/// for_each_job().
void factorize(std::span<double> matrix, std::size_t n, double floor, unsigned threads);

/// Solves U^T U x = right in place for all columns of `right`, [n, columns]; `factor` is that of factorize().
void solve(std::span<const double> factor, std::size_t n, std::span<double> right, std::size_t columns,
           unsigned threads);

}  // namespace exitscope::calibrate
