// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/engine/window.h"
#include "core/model/graph.h"

namespace exitscope::engine::kernels {

/// Where the windows of one spatial axis stand: positions inside the input only.
struct PoolAxis {
    struct Span {
        std::int64_t first, count;  ///< first position inside the input, and how many, `step` apart
        std::int64_t divisor;       ///< positions that an average counts
    };
    std::vector<Span> spans;  ///< one an output position
    std::int64_t step = 1;
};

/// Pooling over [N, C, H, W], planned once.
struct PoolPlan {
    bool average = false;
    std::size_t batch = 0, channels = 0, height = 0, width = 0;
    PoolAxis rows, columns;

    /// `in` and `out` are row-major; averages sum in double.
    void run(const float* in, float* out) const;
};

/// MaxPool, AveragePool, GlobalMaxPool or GlobalAveragePool in the normal form of specialise().
[[nodiscard]] PoolPlan pool_plan(const model::Node& node, const model::Shape& in, const model::Shape& out);

}  // namespace exitscope::engine::kernels
