// SPDX-License-Identifier: GPL-3.0-or-later
// Compiled with fused multiply-add: where no result is rounded it gives the same bits, in half the time.
#include "core/network/calibrate/product_tiles.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) &&               \
    !defined(__SANITIZE_THREAD__)
#define EXITSCOPE_FUSED_CLONES __attribute__((target_clones("avx512f", "arch=haswell", "default")))
#else
#define EXITSCOPE_FUSED_CLONES
#endif

namespace exitscope::calibrate {

EXITSCOPE_FUSED_CLONES void add_exact_products(Strided<float> left, const float* right, std::size_t right_row,
                                               std::size_t rows, std::size_t m, std::size_t n, float* to,
                                               std::size_t to_row)
{
    products<float, false>(left, right, right_row, rows, m, n, to, to_row);
}

}  // namespace exitscope::calibrate
