// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kernels/pool.h"

#include <algorithm>
#include <limits>

namespace exitscope::engine::kernels {
namespace {

PoolAxis pool_axis(const Window& window, std::size_t axis, std::int64_t extent, std::int64_t outputs, bool include_pads)
{
    PoolAxis result;
    result.step = window.dilations[axis];
    for (std::int64_t o = 0; o < outputs; ++o) {
        const std::int64_t start = o * window.strides[axis] - window.pads_begin[axis];
        PoolAxis::Span span{0, 0, 0};
        for (std::int64_t k = 0; k < window.kernel[axis]; ++k) {
            const std::int64_t position = start + k * result.step;
            if (position >= 0 && position < extent) {
                if (span.count == 0)
                    span.first = position;
                ++span.count;
            }
            // A last window that hangs over the declared pads (ceil_mode) does not count what lies beyond them.
            if (include_pads ? position < extent + window.pads_end[axis] : position >= 0 && position < extent)
                ++span.divisor;
        }
        result.spans.push_back(span);
    }
    return result;
}

}  // namespace

PoolPlan pool_plan(const model::Node& node, const model::Shape& in, const model::Shape& out)
{
    const bool global = node.op == "GlobalAveragePool" || node.op == "GlobalMaxPool";
    const Window window = global ? Window{{in[2], in[3]}, {1, 1}, {1, 1}, {0, 0}, {0, 0}}
                                 : window_of(node, node.integers("kernel_shape"));
    const bool include_pads = node.integer("count_include_pad", 0) != 0;
    PoolPlan plan;
    plan.average = node.op == "AveragePool" || node.op == "GlobalAveragePool";
    plan.batch = static_cast<std::size_t>(in[0]);
    plan.channels = static_cast<std::size_t>(in[1]);
    plan.height = static_cast<std::size_t>(in[2]);
    plan.width = static_cast<std::size_t>(in[3]);
    plan.rows = pool_axis(window, 0, in[2], out[2], include_pads);
    plan.columns = pool_axis(window, 1, in[3], out[3], include_pads);
    return plan;
}

void PoolPlan::run(const float* in, float* out) const
{
    for (std::size_t image = 0; image < batch * channels; ++image, in += height * width)
        for (const PoolAxis::Span& row : rows.spans)
            for (const PoolAxis::Span& column : columns.spans) {
                double sum = 0;
                float best = -std::numeric_limits<float>::infinity();
                for (std::int64_t y = 0; y < row.count; ++y)
                    for (std::int64_t x = 0; x < column.count; ++x) {
                        const float value = in[static_cast<std::size_t>(row.first + y * rows.step) * width +
                                               static_cast<std::size_t>(column.first + x * columns.step)];
                        sum += value;
                        best = std::max(best, value);
                    }
                const std::int64_t divisor = std::max<std::int64_t>(1, row.divisor * column.divisor);
                *out++ = average ? static_cast<float>(sum / static_cast<double>(divisor)) : best;
            }
}

}  // namespace exitscope::engine::kernels
