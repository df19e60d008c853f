// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/network/engine/kernels/shape.h"

namespace exitscope::engine::kernels {

/// Positions of the windows along one spatial axis, padding excluded.
struct PoolAxis {
    struct Span {
        std::int64_t first, count;  ///< first position inside the input; number of positions, `step` apart
        std::int64_t divisor;       ///< number of positions by which an average divides
    };
    std::vector<Span> spans;  ///< one per output position
    std::int64_t step = 1;
};

enum class Pooling { max, average, norm };

/// Pooling over [N, C, D, H, W], prepared once: `slices` are the windows along D, `rows` along H, `columns` along W.
/// Two spatial axes leave `slices` at its default, one spatial axis `rows` as well.
struct PoolPlan {
    Pooling pooling = Pooling::max;
    double power = 2.0;               ///< of a norm: (sum |x|^p)^(1/p)
    bool transposed_indices = false;  ///< columns outermost (storage_order 1)
    std::size_t batch = 0, channels = 0, depth = 1, height = 1, width = 1;
    PoolAxis slices{{{0, 1, 1}}}, rows{{{0, 1, 1}}}, columns;

    /// `in` and `out` are row-major; averages and norms sum in double. `indices` (of maxima, may be null) are the
    /// positions in the whole input.
    void run(const float* in, float* out, std::int64_t* indices = nullptr) const;
};

/// How a window slides along one spatial axis.
struct PoolWindow {
    std::int64_t kernel = 1, stride = 1, dilation = 1, pad_begin = 0, pad_end = 0;
};

/// One window per spatial axis of `in`; with `include_pads` averages count the elements of the padding.
[[nodiscard]] PoolPlan pool_plan(Pooling pooling, const std::vector<PoolWindow>& windows, bool include_pads,
                                 const Shape& in, const Shape& out);
/// One result per channel, from all its elements.
[[nodiscard]] PoolPlan global_pool_plan(Pooling pooling, const Shape& in);

}  // namespace exitscope::engine::kernels
