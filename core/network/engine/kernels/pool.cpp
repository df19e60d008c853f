// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/kernels/pool.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace exitscope::engine::kernels {
namespace {

PoolAxis pool_axis(const PoolWindow& window, std::int64_t extent, std::int64_t outputs, bool include_pads)
{
    PoolAxis result;
    result.step = window.dilation;
    for (std::int64_t o = 0; o < outputs; ++o) {
        const std::int64_t start = o * window.stride - window.pad_begin;
        PoolAxis::Span span{0, 0, 0};
        for (std::int64_t k = 0; k < window.kernel; ++k) {
            const std::int64_t position = start + k * result.step;
            if (position >= 0 && position < extent) {
                if (span.count == 0)
                    span.first = position;
                ++span.count;
            }
            // A last window that hangs over the declared pads (ceil_mode) does not count what lies beyond them.
            if (include_pads ? position < extent + window.pad_end : position >= 0 && position < extent)
                ++span.divisor;
        }
        result.spans.push_back(span);
    }
    return result;
}

}  // namespace

PoolPlan pool_plan(Pooling pooling, const std::vector<PoolWindow>& windows, bool include_pads, const Shape& in,
                   const Shape& out)
{
    PoolPlan plan;
    plan.pooling = pooling;
    plan.batch = static_cast<std::size_t>(in[0]);
    plan.channels = static_cast<std::size_t>(in[1]);
    std::size_t* const extents[] = {&plan.depth, &plan.height, &plan.width};
    PoolAxis* const spans[] = {&plan.slices, &plan.rows, &plan.columns};
    const std::size_t axes = windows.size();
    for (std::size_t a = 0; a < axes; ++a) {
        *extents[3 - axes + a] = static_cast<std::size_t>(in[2 + a]);
        *spans[3 - axes + a] = pool_axis(windows[a], in[2 + a], out[2 + a], include_pads);
    }
    return plan;
}

PoolPlan global_pool_plan(Pooling pooling, const Shape& in)
{
    std::vector<PoolWindow> windows;
    Shape out = {in[0], in[1]};
    for (std::size_t d = 2; d < in.size(); ++d) {
        windows.push_back({.kernel = in[d]});
        out.push_back(1);
    }
    return pool_plan(pooling, windows, false, in, out);
}

void PoolPlan::run(const float* in, float* out, std::int64_t* indices) const
{
    const auto window = [&](std::size_t image, const PoolAxis::Span& slice, const PoolAxis::Span& row,
                            const PoolAxis::Span& column) {
        const float* from = in + image * depth * height * width;
        double sum = 0;
        float best = -std::numeric_limits<float>::infinity();
        std::size_t best_z = 0, best_y = 0, best_x = 0;
        for (std::int64_t k = 0; k < slice.count; ++k)
            for (std::int64_t j = 0; j < row.count; ++j)
                for (std::int64_t i = 0; i < column.count; ++i) {
                    const auto z = static_cast<std::size_t>(slice.first + k * slices.step);
                    const auto y = static_cast<std::size_t>(row.first + j * rows.step);
                    const auto x = static_cast<std::size_t>(column.first + i * columns.step);
                    const float value = from[(z * height + y) * width + x];
                    sum += pooling == Pooling::norm ? std::pow(std::fabs(double(value)), power) : double(value);
                    if (value > best) {
                        best = value;
                        best_z = z;
                        best_y = y;
                        best_x = x;
                    }
                }
        if (indices) {
            const std::size_t inside = transposed_indices ? (best_x * height + best_y) * depth + best_z
                                                          : (best_z * height + best_y) * width + best_x;
            *indices++ = static_cast<std::int64_t>(image * depth * height * width + inside);
        }
        const std::int64_t divisor = std::max<std::int64_t>(1, slice.divisor * row.divisor * column.divisor);
        return pooling == Pooling::max       ? best
               : pooling == Pooling::average ? static_cast<float>(sum / static_cast<double>(divisor))
                                             : static_cast<float>(std::pow(sum, 1.0 / power));
    };
    for (std::size_t image = 0; image < batch * channels; ++image)
        for (const PoolAxis::Span& slice : slices.spans)
            for (const PoolAxis::Span& row : rows.spans)
                for (const PoolAxis::Span& column : columns.spans)
                    *out++ = window(image, slice, row, column);
}

}  // namespace exitscope::engine::kernels
