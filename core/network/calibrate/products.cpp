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

/// to += sign * left^T right; a tile of 4 rows and two vectors stays in registers while the sum runs.
template <class Number, bool subtract>
__attribute__((always_inline)) inline void products(Strided<Number> left, const Number* right, std::size_t right_row,
                                                    std::size_t rows, std::size_t m, std::size_t n, Number* to,
                                                    std::size_t to_row)
{
    using Wide = typename Vector<Number>::Type;
    constexpr std::size_t width = sizeof(Wide) / sizeof(Number);
    std::size_t j = 0;
    for (; j + 2 * width <= n; j += 2 * width) {
        std::size_t i = 0;
        for (; i + 4 <= m; i += 4) {
            Wide sum[4][2];
            for (std::size_t a = 0; a < 4; ++a)
                for (std::size_t b = 0; b < 2; ++b)
                    std::memcpy(&sum[a][b], to + (i + a) * to_row + j + b * width, sizeof(Wide));
            const Number* l = left.data + i * left.column;
            const Number* r = right + j;
            for (std::size_t k = 0; k < rows; ++k, l += left.row, r += right_row) {
                Wide first;
                Wide second;
                std::memcpy(&first, r, sizeof(Wide));
                std::memcpy(&second, r + width, sizeof(Wide));
                for (std::size_t a = 0; a < 4; ++a) {
                    const Number factor = subtract ? -l[a * left.column] : l[a * left.column];
                    sum[a][0] += factor * first;
                    sum[a][1] += factor * second;
                }
            }
            for (std::size_t a = 0; a < 4; ++a)
                for (std::size_t b = 0; b < 2; ++b)
                    std::memcpy(to + (i + a) * to_row + j + b * width, &sum[a][b], sizeof(Wide));
        }
        for (; i < m; ++i) {
            Wide sum[2];
            std::memcpy(sum, to + i * to_row + j, sizeof(sum));
            for (std::size_t k = 0; k < rows; ++k) {
                Wide pair[2];
                std::memcpy(pair, right + k * right_row + j, sizeof(pair));
                const Number value = left.data[k * left.row + i * left.column];
                const Number factor = subtract ? -value : value;
                sum[0] += factor * pair[0];
                sum[1] += factor * pair[1];
            }
            std::memcpy(to + i * to_row + j, sum, sizeof(sum));
        }
    }
    if (j == n)
        return;
    for (std::size_t k = 0; k < rows; ++k)
        for (std::size_t i = 0; i < m; ++i) {
            const Number value = left.data[k * left.row + i * left.column];
            const Number factor = subtract ? -value : value;
            const Number* r = right + k * right_row;
            Number* sums = to + i * to_row;
            for (std::size_t c = j; c < n; ++c)
                sums[c] += factor * r[c];
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
