// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/calibrate/products.h"

#include <algorithm>
#include <cmath>

#include "core/base/parallel.h"
#include "core/network/calibrate/product_tiles.h"
#include "core/network/engine/kernels/clones.h"

namespace exitscope::calibrate {
namespace {

constexpr std::size_t block = 64;  ///< rows of a factor that are eliminated together

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
