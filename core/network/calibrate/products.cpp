// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/calibrate/products.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/base/parallel.h"
#include "core/network/engine/kernels/clones.h"

namespace exitscope::calibrate {
namespace {

constexpr std::size_t block = 64;  ///< rows of a factor that are eliminated together

/// 64 bytes of numbers; a CPU with shorter registers takes several.
typedef float Floats __attribute__((vector_size(64), aligned(4)));
typedef double Doubles __attribute__((vector_size(64), aligned(8)));

template <class Number>
struct Vector;
template <>
struct Vector<float> {
    using Type = Floats;
};
template <>
struct Vector<double> {
    using Type = Doubles;
};

/// A tile of `height` rows and `vectors` vectors of to += sign * left^T right, which stays in registers during the sum.
template <class Number, bool subtract, std::size_t height, std::size_t vectors>
__attribute__((always_inline)) inline void tile(Strided<Number> left, const Number* right, std::size_t right_row,
                                                std::size_t rows, Number* to, std::size_t to_row)
{
    using Wide = typename Vector<Number>::Type;
    constexpr std::size_t width = sizeof(Wide) / sizeof(Number);
    Wide sum[height][vectors];
    for (std::size_t i = 0; i < height; ++i)
        for (std::size_t v = 0; v < vectors; ++v)
            std::memcpy(&sum[i][v], to + i * to_row + v * width, sizeof(Wide));
    const Number* l = left.data;
    for (std::size_t k = 0; k < rows; ++k, l += left.row, right += right_row) {
        Wide numbers[vectors];
        for (std::size_t v = 0; v < vectors; ++v)
            std::memcpy(&numbers[v], right + v * width, sizeof(Wide));
        for (std::size_t i = 0; i < height; ++i) {
            const Number factor = subtract ? -l[i * left.column] : l[i * left.column];
            for (std::size_t v = 0; v < vectors; ++v)
                sum[i][v] += factor * numbers[v];
        }
    }
    for (std::size_t i = 0; i < height; ++i)
        for (std::size_t v = 0; v < vectors; ++v)
            std::memcpy(to + i * to_row + v * width, &sum[i][v], sizeof(Wide));
}

/// All rows of as many columns as `vectors` vectors hold.
template <class Number, bool subtract, std::size_t vectors>
__attribute__((always_inline)) inline void columns(Strided<Number> left, const Number* right, std::size_t right_row,
                                                   std::size_t rows, std::size_t m, Number* to, std::size_t to_row)
{
    std::size_t i = 0;
    for (; i + 4 <= m; i += 4)
        tile<Number, subtract, 4, vectors>({left.data + i * left.column, left.row, left.column}, right, right_row, rows,
                                           to + i * to_row, to_row);
    for (; i < m; ++i)
        tile<Number, subtract, 1, vectors>({left.data + i * left.column, left.row, left.column}, right, right_row, rows,
                                           to + i * to_row, to_row);
}

/// to += sign * left^T right.
template <class Number, bool subtract>
__attribute__((always_inline)) inline void products(Strided<Number> left, const Number* right, std::size_t right_row,
                                                    std::size_t rows, std::size_t m, std::size_t n, Number* to,
                                                    std::size_t to_row)
{
    constexpr std::size_t width = sizeof(typename Vector<Number>::Type) / sizeof(Number);
    std::size_t j = 0;
    for (; j + 2 * width <= n; j += 2 * width)
        columns<Number, subtract, 2>(left, right + j, right_row, rows, m, to + j, to_row);
    for (; j + width <= n; j += width)
        columns<Number, subtract, 1>(left, right + j, right_row, rows, m, to + j, to_row);
    for (std::size_t k = 0; j < n && k < rows; ++k)
        for (std::size_t i = 0; i < m; ++i) {
            const Number value = left.data[k * left.row + i * left.column];
            const Number factor = subtract ? -value : value;
            for (std::size_t c = j; c < n; ++c)
                to[i * to_row + c] += factor * right[k * right_row + c];
        }
}

/// Eliminates the diagonal block at `first`: its factor, then the rows of the block right of it.
void eliminate(double* matrix, std::size_t n, std::size_t first, std::size_t last, double floor)
{
    for (std::size_t k = first; k < last; ++k) {
        double* row = matrix + k * n;
        const double pivot = row[k] > floor ? row[k] : floor;
        const double diagonal = std::sqrt(pivot);
        row[k] = diagonal;
        for (std::size_t j = k + 1; j < n; ++j)
            row[j] /= diagonal;
        for (std::size_t i = k + 1; i < last; ++i) {
            const double factor = row[i];
            double* below = matrix + i * n;
            for (std::size_t j = i; j < n; ++j)
                below[j] -= factor * row[j];
        }
    }
}

}  // namespace

EXITSCOPE_CLONES void add_products(Strided<float> left, const float* right, std::size_t right_row, std::size_t rows,
                                   std::size_t m, std::size_t n, float* to, std::size_t to_row)
{
    products<float, false>(left, right, right_row, rows, m, n, to, to_row);
}

EXITSCOPE_CLONES void subtract_products(Strided<double> left, const double* right, std::size_t right_row,
                                        std::size_t rows, std::size_t m, std::size_t n, double* to, std::size_t to_row)
{
    products<double, true>(left, right, right_row, rows, m, n, to, to_row);
}

void factorize(std::span<double> matrix, std::size_t n, double floor, unsigned threads)
{
    double* const a = matrix.data();
    for (std::size_t first = 0; first < n; first += block) {
        const std::size_t last = std::min(first + block, n);
        eliminate(a, n, first, last, floor);
        const std::size_t jobs = (n - last + block - 1) / block;
        for_each_job(jobs, n - last < 4 * block ? 1 : threads, [&](std::size_t job) {
            const std::size_t i = last + job * block;
            subtract_products({a + first * n + i, n}, a + first * n + i, n, last - first, std::min(block, n - i), n - i,
                              a + i * n + i, n);
        });
    }
}

void solve(std::span<const double> factor, std::size_t n, std::span<double> right, std::size_t columns,
           unsigned threads)
{
    const double* const u = factor.data();
    const auto divide = [&](double* row, double diagonal, std::size_t count) {
        for (std::size_t c = 0; c < count; ++c)
            row[c] /= diagonal;
    };
    const std::size_t jobs = (columns + block - 1) / block;
    for_each_job(jobs, threads, [&](std::size_t job) {
        double* const x = right.data() + job * block;
        const std::size_t count = std::min(block, columns - job * block);
        for (std::size_t first = 0; first < n; first += block) {  // U^T z = right
            const std::size_t last = std::min(first + block, n);
            for (std::size_t k = first; k < last; ++k) {
                subtract_products({u + first * n + k, n}, x + first * columns, columns, k - first, 1, count,
                                  x + k * columns, columns);
                divide(x + k * columns, u[k * n + k], count);
            }
            subtract_products({u + first * n + last, n}, x + first * columns, columns, last - first, n - last, count,
                              x + last * columns, columns);
        }
        for (std::size_t last = n; last > 0;) {  // U x = z
            const std::size_t first = (last - 1) / block * block;
            for (std::size_t k = last; k-- > first;) {
                subtract_products({u + k * n + k + 1, 1, n}, x + (k + 1) * columns, columns, last - k - 1, 1, count,
                                  x + k * columns, columns);
                divide(x + k * columns, u[k * n + k], count);
            }
            subtract_products({u + first, 1, n}, x + first * columns, columns, last - first, first, count, x, columns);
            last = first;
        }
    });
}

}  // namespace exitscope::calibrate
