// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/kernels/convolution_direct.h"

#include <algorithm>

#include "core/network/engine/kernels/clones.h"

namespace exitscope::engine::kernels {
namespace {

constexpr std::int64_t block = 128;  ///< results of one row that are summed up together

EXITSCOPE_CLONES void add_scaled(const float* from, std::int64_t step, float weight, double* to, std::int64_t count)
{
    if (step == 1)
        for (std::int64_t i = 0; i < count; ++i)
            to[i] += double(weight) * double(from[i]);
    else
        for (std::int64_t i = 0; i < count; ++i)
            to[i] += double(weight) * double(from[i * step]);
}

/// Position in the input; -1 when it is in the padding.
std::int64_t source(const DirectConvolution::Axis& axis, std::int64_t out, std::int64_t tap)
{
    const std::int64_t at = out * axis.stride + tap * axis.dilation - axis.pad;
    return at < axis.in ? at : -1;
}

}  // namespace

void DirectConvolution::run(const float* in, const float* weights, const float* bias, float* out) const
{
    const Axis& deep = axes[0];
    const Axis& high = axes[1];
    const Axis& wide = axes[2];
    const std::int64_t image = deep.in * high.in * wide.in;
    const std::int64_t taps = deep.kernel * high.kernel * wide.kernel;
    std::array<double, block> sums;
    const auto row = [&](const float* group, const float* filter, double start, std::int64_t z, std::int64_t y,
                         std::int64_t first, std::int64_t width) {
        std::fill_n(sums.begin(), width, start);
        for (std::size_t c = 0; c < group_inputs; ++c)
            for (std::int64_t tap = 0; tap < taps; ++tap) {
                const std::int64_t from_z = source(deep, z, tap / (high.kernel * wide.kernel));
                const std::int64_t from_y = source(high, y, tap / wide.kernel % high.kernel);
                if (from_z < 0 || from_y < 0)
                    continue;
                const std::int64_t shift = tap % wide.kernel * wide.dilation - wide.pad;
                // positions x with 0 <= x * stride + shift < in
                const std::int64_t begin = std::max(first, shift >= 0 ? 0 : (-shift + wide.stride - 1) / wide.stride);
                const std::int64_t end =
                    std::min(first + width, shift >= wide.in ? 0 : (wide.in - shift - 1) / wide.stride + 1);
                if (begin < end)
                    add_scaled(group + static_cast<std::int64_t>(c) * image + (from_z * high.in + from_y) * wide.in +
                                   begin * wide.stride + shift,
                               wide.stride, filter[static_cast<std::int64_t>(c) * taps + tap],
                               sums.data() + (begin - first), end - begin);
            }
    };
    for (std::size_t n = 0; n < batch; ++n)
        for (std::size_t g = 0; g < groups; ++g)
            for (std::size_t o = 0; o < group_outputs; ++o) {
                const std::size_t channel = g * group_outputs + o;
                const float* group = in + static_cast<std::int64_t>((n * groups + g) * group_inputs) * image;
                const float* filter = weights + static_cast<std::int64_t>(channel * group_inputs) * taps;
                for (std::int64_t z = 0; z < deep.out; ++z)
                    for (std::int64_t y = 0; y < high.out; ++y)
                        for (std::int64_t first = 0; first < wide.out; first += block) {
                            const std::int64_t width = std::min(block, wide.out - first);
                            row(group, filter, bias ? double(bias[channel]) : 0.0, z, y, first, width);
                            for (std::int64_t x = 0; x < width; ++x)
                                *out++ = static_cast<float>(sums[static_cast<std::size_t>(x)]);
                        }
            }
}

}  // namespace exitscope::engine::kernels
