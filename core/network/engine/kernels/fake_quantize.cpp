// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/kernels/fake_quantize.h"

#include "core/network/engine/kernels/clones.h"

namespace exitscope::engine::kernels {

EXITSCOPE_CLONES void fake_quantize(const FakeQuantization& grid, const float* in, float* out, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i) {
        float level = in[i] / grid.scale;
        level = level > grid.low ? level : grid.low;
        level = level < grid.high ? level : grid.high;
        out[i] = grid.scale * ((level + 12582912.0F) - 12582912.0F);  // 1.5 * 2^23: rounds to whole numbers
    }
}

}  // namespace exitscope::engine::kernels
