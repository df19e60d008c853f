// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstring>

#include "core/network/calibrate/products.h"

/// The loops of products.h, to be compiled for several instruction sets and with or without fused multiply-add.
namespace exitscope::calibrate {
namespace {

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

/// A tile of `height` rows and `vectors` vectors of to += sign * left^T right, which stays in registers during the sum:
/// so the loops over it are unrolled.
template <class Number, bool subtract, std::size_t height, std::size_t vectors>
__attribute__((always_inline)) inline void tile(Strided<Number> left, const Number* right, std::size_t right_row,
                                                std::size_t rows, Number* to, std::size_t to_row)
{
    using Wide = typename Vector<Number>::Type;
    constexpr std::size_t width = sizeof(Wide) / sizeof(Number);
    Wide sum[height][vectors];
#pragma GCC unroll 8
    for (std::size_t i = 0; i < height; ++i)
#pragma GCC unroll 8
        for (std::size_t v = 0; v < vectors; ++v)
            std::memcpy(&sum[i][v], to + i * to_row + v * width, sizeof(Wide));
    const Number* l = left.data;
    for (std::size_t k = 0; k < rows; ++k, l += left.row, right += right_row) {
        Wide numbers[vectors];
#pragma GCC unroll 8
        for (std::size_t v = 0; v < vectors; ++v)
            std::memcpy(&numbers[v], right + v * width, sizeof(Wide));
#pragma GCC unroll 8
        for (std::size_t i = 0; i < height; ++i) {
            const Number factor = subtract ? -l[i * left.column] : l[i * left.column];
#pragma GCC unroll 8
            for (std::size_t v = 0; v < vectors; ++v)
                sum[i][v] += factor * numbers[v];
        }
    }
#pragma GCC unroll 8
    for (std::size_t i = 0; i < height; ++i)
#pragma GCC unroll 8
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

}  // namespace
}  // namespace exitscope::calibrate
