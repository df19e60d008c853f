// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/network/model/window.h"
#include "core/network/model/graph.h"

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

/// Pooling over [N, C, D, H, W], prepared once: `slices` are the windows along D, `rows` along H, `columns` along W.
/// Two spatial axes leave `slices` at its default, one spatial axis `rows` as well.
struct PoolPlan {
    enum class Kind { max, average, norm };
    Kind kind = Kind::max;
    double power = 2.0;               ///< of a norm: (sum |x|^p)^(1/p)
    bool transposed_indices = false;  ///< columns outermost (storage_order 1)
    std::size_t batch = 0, channels = 0, depth = 1, height = 1, width = 1;
    PoolAxis slices{{{0, 1, 1}}}, rows{{{0, 1, 1}}}, columns;

    /// `in` and `out` are row-major; averages and norms sum in double. `indices` (of maxima, may be null) are the
    /// positions in the whole input.
    void run(const float* in, float* out, std::int64_t* indices = nullptr) const;
};

/// MaxPool, AveragePool, LpPool, GlobalMaxPool or GlobalAveragePool in the normal form of specialise().
[[nodiscard]] PoolPlan pool_plan(const model::Node& node, const model::Shape& in, const model::Shape& out);

}  // namespace exitscope::engine::kernels
