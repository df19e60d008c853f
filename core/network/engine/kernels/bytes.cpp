// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/kernels/bytes.h"

#include <immintrin.h>

#include <algorithm>

#include "core/network/engine/kernels/clones.h"
#include "core/network/engine/kernels/onednn.h"

namespace exitscope::engine::kernels {
namespace {

/// semantics::finish() in a form that vectorises: adding 1.5 * 2^23 rounds to an integer, half to even, and the bounds
/// keep |y| far below 2^22.
inline std::uint8_t finish_quick(float y, semantics::Range range, std::int32_t zero_point)
{
    y = y > range.low ? y : range.low;
    y = y < range.high ? y : range.high;
    return static_cast<std::uint8_t>(static_cast<std::int32_t>((y + 12582912.0F) - 12582912.0F) + zero_point);
}

EXITSCOPE_CLONES void quantize_row(const float* in, std::uint8_t* out, std::size_t count, std::size_t step, float scale,
                                   semantics::Range range, std::int32_t zero_point)
{
    if (step == 1) {
        for (std::size_t i = 0; i < count; ++i)
            out[i] = finish_quick(in[i] / scale, range, zero_point);
    } else {
        for (std::size_t i = 0; i < count; ++i)
            out[i * step] = finish_quick(in[i] / scale, range, zero_point);
    }
}

EXITSCOPE_CLONES void dequantize_row(const std::uint8_t* in, float* out, std::size_t count, float scale,
                                     std::int32_t zero_point)
{
    for (std::size_t i = 0; i < count; ++i)
        out[i] = scale * static_cast<float>(static_cast<std::int32_t>(in[i]) - zero_point);
}

/// Pixels of `channels` bytes, `step` bytes apart.
EXITSCOPE_CLONES void raise_to(std::uint8_t* best, const std::uint8_t* in, std::size_t channels, std::size_t pixels,
                               std::size_t step)
{
    for (std::size_t p = 0; p < pixels; ++p, in += step)
        for (std::size_t i = 0; i < channels; ++i)
            best[i] = best[i] > in[i] ? best[i] : in[i];
}

EXITSCOPE_CLONES void add_to(std::int32_t* sums, const std::uint8_t* in, std::size_t channels, std::size_t pixels,
                             std::size_t step)
{
    for (std::size_t p = 0; p < pixels; ++p, in += step)
        for (std::size_t i = 0; i < channels; ++i)
            sums[i] += in[i];
}

__attribute__((always_inline)) inline void add_bytes(const ByteAddition& addition, const std::uint8_t* left,
                                                     const std::uint8_t* right, std::uint8_t* out, std::size_t count)
{
    const ByteAddition a = addition;
    for (std::size_t i = 0; i < count; ++i) {
        const float first = (static_cast<float>(left[i]) - a.left_zero) * a.left_factor;
        out[i] = finish_quick(std::fma(static_cast<float>(right[i]) - a.right_zero, a.right_factor, first), a.range,
                              a.zero_point);
    }
}
__attribute__((target("avx2,fma"))) void add_bytes_fma(const ByteAddition& addition, const std::uint8_t* left,
                                                       const std::uint8_t* right, std::uint8_t* out, std::size_t count)
{
    add_bytes(addition, left, right, out, count);
}

/// Whole vectors only; returns how many bytes that were. The table is two pairs of registers; bit 7 picks the pair.
__attribute__((target("avx512f,avx512bw,avx512vbmi"))) std::size_t
look_up_avx512(const ByteTable& table, const std::uint8_t* in, std::uint8_t* out, std::size_t count)
{
    const __m512i a = _mm512_loadu_si512(table.data());
    const __m512i b = _mm512_loadu_si512(table.data() + 64);
    const __m512i c = _mm512_loadu_si512(table.data() + 128);
    const __m512i d = _mm512_loadu_si512(table.data() + 192);
    std::size_t i = 0;
    for (; i + 64 <= count; i += 64) {
        const __m512i index = _mm512_loadu_si512(in + i);
        const __m512i low = _mm512_permutex2var_epi8(a, index, b);
        const __m512i high = _mm512_permutex2var_epi8(c, index, d);
        _mm512_storeu_si512(out + i, _mm512_mask_blend_epi8(_mm512_movepi8_mask(index), low, high));
    }
    return i;
}

/// Calls visit(first byte of the image, row span, column span) for every window.
template <class Visit>
void windows(const PoolPlan& plan, const std::uint8_t* in, Visit visit)
{
    for (std::size_t n = 0; n < plan.batch; ++n, in += plan.height * plan.width * plan.channels)
        for (const PoolAxis::Span& row : plan.rows.spans)
            for (const PoolAxis::Span& column : plan.columns.spans)
                visit(in, row, column);
}

/// Calls visit(first pixel, pixels, bytes between them) for every row of a window, the part inside the image.
template <class Visit>
void pixel_rows(const PoolPlan& plan, const std::uint8_t* image, const PoolAxis::Span& row,
                const PoolAxis::Span& column, Visit visit)
{
    for (std::int64_t y = 0; y < row.count; ++y)
        visit(image + (static_cast<std::size_t>(row.first + y * plan.rows.step) * plan.width +
                       static_cast<std::size_t>(column.first)) *
                          plan.channels,
              static_cast<std::size_t>(column.count), static_cast<std::size_t>(plan.columns.step) * plan.channels);
}

}  // namespace

ByteTable conversion_table(const plan::Grid& from, const plan::Grid& to, const UnaryOperation* operation)
{
    ByteTable table{};
    for (std::size_t q = 0; q < table.size(); ++q) {
        float real = semantics::dequantized(static_cast<std::uint8_t>(q), from);
        if (operation)
            apply(*operation, &real, &real, 1);
        table[q] = semantics::quantized(real, to);
    }
    return table;
}

void look_up(const ByteTable& table, const std::uint8_t* in, std::uint8_t* out, std::size_t count)
{
    static const bool permutes = instruction_set() >= InstructionSet::avx512 && __builtin_cpu_supports("avx512vbmi");
    const std::size_t done = permutes ? look_up_avx512(table, in, out, count) : 0;
    for (std::size_t i = done; i < count; ++i)
        out[i] = table[in[i]];
}

void quantize(const float* in, std::uint8_t* out, std::size_t batch, std::size_t channels, std::size_t positions,
              const plan::Grid& grid)
{
    const semantics::Range range = semantics::full_range(grid);
    if (channels == 1 || positions == 1) {
        quantize_row(in, out, batch * channels * positions, 1, grid.scale, range, grid.zero_point);
        return;
    }
    for (std::size_t n = 0; n < batch; ++n)
        for (std::size_t c = 0; c < channels; ++c)
            quantize_row(in + (n * channels + c) * positions, out + n * channels * positions + c, positions, channels,
                         grid.scale, range, grid.zero_point);
}

void dequantize(const std::uint8_t* in, float* out, std::size_t count, const plan::Grid& grid)
{
    dequantize_row(in, out, count, grid.scale, grid.zero_point);
}

void ByteAddition::operator()(const std::uint8_t* left, const std::uint8_t* right, std::uint8_t* out,
                              std::size_t count) const
{
    if (instruction_set() == InstructionSet::generic)
        add_bytes(*this, left, right, out, count);
    else
        add_bytes_fma(*this, left, right, out, count);
}

void max_pool(const PoolPlan& plan, const std::uint8_t* in, std::uint8_t* out)
{
    windows(plan, in, [&](const std::uint8_t* image, const PoolAxis::Span& row, const PoolAxis::Span& column) {
        std::fill_n(out, plan.channels, std::uint8_t{0});
        pixel_rows(plan, image, row, column, [&](const std::uint8_t* first, std::size_t pixels, std::size_t step) {
            raise_to(out, first, plan.channels, pixels, step);
        });
        out += plan.channels;
    });
}

void ByteAverage::operator()(const std::uint8_t* from, std::int32_t* sums, std::uint8_t* bytes, float* floats) const
{
    windows(plan, from, [&](const std::uint8_t* image, const PoolAxis::Span& row, const PoolAxis::Span& column) {
        std::fill_n(sums, plan.channels, static_cast<std::int32_t>(-row.count * column.count) * in.zero_point);
        pixel_rows(plan, image, row, column, [&](const std::uint8_t* first, std::size_t pixels, std::size_t step) {
            add_to(sums, first, plan.channels, pixels, step);
        });
        const auto divisor = static_cast<float>(std::max<std::int64_t>(1, row.divisor * column.divisor));
        const float factor = in.scale / divisor;
        if (floats) {
            for (std::size_t c = 0; c < plan.channels; ++c)
                *floats++ = static_cast<float>(sums[c]) * factor;
        } else {
            const semantics::Range range = semantics::full_range(out);
            for (std::size_t c = 0; c < plan.channels; ++c)
                *bytes++ = finish_quick(static_cast<float>(sums[c]) * (factor / out.scale), range, out.zero_point);
        }
    });
}

}  // namespace exitscope::engine::kernels
