// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/kernels/convolution_float.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/network/engine/kernels/clones.h"

namespace exitscope::engine::kernels {
namespace {

constexpr std::size_t lanes = 16;
constexpr std::size_t tile = 2 * lanes;  ///< output positions computed together
constexpr std::size_t rows = 4;          ///< output channels computed together
using Vector = float __attribute__((vector_size(lanes * sizeof(float))));

/// sums[r][p] = sum over k, in order, of weights[r][k] * patches[k][p].
EXITSCOPE_CLONES void multiply(const float* patches, const float* const* weights, std::size_t depth, float* sums)
{
    Vector low[rows] = {};
    Vector high[rows] = {};
    for (std::size_t k = 0; k < depth; ++k) {
        Vector left;
        Vector right;
        std::memcpy(&left, patches + k * tile, sizeof left);
        std::memcpy(&right, patches + k * tile + lanes, sizeof right);
        for (std::size_t r = 0; r < rows; ++r) {
            low[r] += left * weights[r][k];
            high[r] += right * weights[r][k];
        }
    }
    for (std::size_t r = 0; r < rows; ++r) {
        std::memcpy(sums + r * tile, &low[r], sizeof low[r]);
        std::memcpy(sums + r * tile + lanes, &high[r], sizeof high[r]);
    }
}

/// Neighbouring output positions of one row of one image that lie in one tile.
struct Run {
    std::size_t image, y, x, count;
    std::size_t at;  ///< in the tile
};

struct Runs {
    std::array<Run, tile> run;
    std::size_t count = 0;

    Runs(const ConvolutionShape& shape, std::size_t first, std::size_t size)
    {
        for (std::size_t at = 0; at < size;) {
            const std::size_t position = first + at;
            const std::size_t x = position % shape.out_width;
            const std::size_t y = position / shape.out_width % shape.out_height;
            const std::size_t length = std::min(shape.out_width - x, size - at);
            run[count++] = {position / shape.positions(), y, x, length, at};
            at += length;
        }
    }
};

/// Input of the positions of one run at one tap of one channel; zeros outside the image.
void gather(const ConvolutionShape& shape, const Run& run, const float* channel, std::size_t ky, std::size_t kx,
            float* to)
{
    const std::ptrdiff_t y = static_cast<std::ptrdiff_t>(run.y) * shape.stride_y - shape.pad_y +
                             static_cast<std::ptrdiff_t>(ky) * shape.dilation_y;
    if (y < 0 || y >= static_cast<std::ptrdiff_t>(shape.height)) {
        std::fill_n(to, run.count, 0.0F);
        return;
    }
    const float* row = channel + static_cast<std::size_t>(y) * shape.width;
    const std::ptrdiff_t begin = static_cast<std::ptrdiff_t>(run.x) * shape.stride_x - shape.pad_x +
                                 static_cast<std::ptrdiff_t>(kx) * shape.dilation_x;
    const auto count = static_cast<std::ptrdiff_t>(run.count);
    const auto width = static_cast<std::ptrdiff_t>(shape.width);
    if (shape.stride_x == 1) {
        const std::ptrdiff_t first = std::clamp<std::ptrdiff_t>(-begin, 0, count);
        const std::ptrdiff_t last = std::clamp<std::ptrdiff_t>(width - begin, first, count);
        std::fill(to, to + first, 0.0F);
        if (first < last)
            std::copy(row + (begin + first), row + (begin + last), to + first);
        std::fill(to + last, to + count, 0.0F);
        return;
    }
    for (std::ptrdiff_t i = 0; i < count; ++i) {
        const std::ptrdiff_t x = begin + i * shape.stride_x;
        to[i] = x >= 0 && x < width ? row[x] : 0.0F;
    }
}

}  // namespace

std::size_t FloatConvolution::scratch() const
{
    return (group_inputs() * kernel_height * kernel_width + rows) * tile;
}

void FloatConvolution::operator()(const float* in, const float* weights, const float* bias, float* out, float* scratch,
                                  std::size_t images) const
{
    const std::size_t depth = group_inputs() * kernel_height * kernel_width;
    float* const patches = scratch;
    float* const sums = scratch + depth * tile;
    const std::size_t total = images * positions();
    std::fill_n(patches, depth * tile, 0.0F);  // positions beyond the last one
    for (std::size_t first = 0; first < total; first += tile) {
        const Runs runs(*this, first, std::min(tile, total - first));
        for (std::size_t g = 0; g < groups; ++g) {
            for (std::size_t r = 0; r < runs.count; ++r) {
                const Run& run = runs.run[r];
                float* to = patches + run.at;
                for (std::size_t i = 0; i < group_inputs(); ++i) {
                    const float* channel = in + (run.image * channels + g * group_inputs() + i) * height * width;
                    for (std::size_t ky = 0; ky < kernel_height; ++ky)
                        for (std::size_t kx = 0; kx < kernel_width; ++kx, to += tile)
                            gather(*this, run, channel, ky, kx, to);
                }
            }
            for (std::size_t o = 0; o < group_outputs(); o += rows) {
                const std::size_t wanted = std::min(rows, group_outputs() - o);
                const float* of[rows];
                for (std::size_t r = 0; r < rows; ++r)
                    of[r] = weights + (g * group_outputs() + o + std::min(r, wanted - 1)) * depth;
                multiply(patches, of, depth, sums);
                for (std::size_t r = 0; r < wanted; ++r) {
                    const std::size_t channel = g * group_outputs() + o + r;
                    for (std::size_t n = 0; n < runs.count; ++n) {
                        const Run& run = runs.run[n];
                        float* to =
                            out + (run.image * out_channels + channel) * positions() + run.y * out_width + run.x;
                        for (std::size_t i = 0; i < run.count; ++i)
                            to[i] = sums[r * tile + run.at + i] + bias[channel];
                    }
                }
            }
        }
    }
}

}  // namespace exitscope::engine::kernels
