// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/kernels/convolution_vnni.h"

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#define EXITSCOPE_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,fma")))
/// Inlined, so that sums stay in registers.
#define EXITSCOPE_VNNI_INLINE EXITSCOPE_VNNI __attribute__((always_inline)) inline

namespace exitscope::engine::kernels {
namespace {

constexpr std::size_t lanes = VnniConvolution::lanes;
constexpr std::size_t word = VnniConvolution::word;
constexpr std::size_t strip = 160;  ///< positions whose addresses are made at a time

/// Endings say where the results of a tile go: `to` are element offsets of the positions' first channels, and what is
/// stored belongs to output channels [channel, channel + 16), or to those of `mask` when the ending is `partial`.
template <bool residual, bool partial>
struct ByteEnding {
    const Epilogue& epilogue;
    std::uint8_t* out;
    __mmask16 mask;

    EXITSCOPE_VNNI_INLINE __m512i rounded(__m512i sums, std::size_t at, __m512 bias, __m512 multipliers) const
    {
        const Epilogue& e = epilogue;
        __m512 y = _mm512_mul_ps(_mm512_add_ps(_mm512_cvtepi32_ps(sums), bias), multipliers);
        if constexpr (residual) {
            const auto* from = reinterpret_cast<const __m128i*>(e.residual + at);
            const __m128i bytes = partial ? _mm_maskz_loadu_epi8(mask, from) : _mm_loadu_si128(from);
            const __m512 centred =
                _mm512_sub_ps(_mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(bytes)), _mm512_set1_ps(e.residual_zero));
            y = _mm512_fmadd_ps(centred, _mm512_set1_ps(e.residual_factor), y);
        }
        y = _mm512_min_ps(_mm512_max_ps(y, _mm512_set1_ps(e.low)), _mm512_set1_ps(e.high));
        return _mm512_cvtps_epi32(y);
    }

    template <std::size_t Tile>
    EXITSCOPE_VNNI_INLINE void operator()(const __m512i (&sums)[Tile], const std::size_t* to, std::size_t channel) const
    {
        const __mmask16 wanted = partial ? mask : __mmask16{0xffff};
        const __m512 bias = _mm512_maskz_loadu_ps(wanted, epilogue.bias + channel);
        const __m512 multipliers = _mm512_maskz_loadu_ps(wanted, epilogue.multipliers + channel);
        const __m512i zero_points = _mm512_set1_epi16(static_cast<short>(epilogue.zero_point));
        const __m512i zero_point = _mm512_set1_epi32(epilogue.zero_point);
        const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        constexpr std::size_t fours = partial ? 0 : Tile / 4 * 4;
        std::uint8_t* const base = out + channel;
#pragma GCC unroll 4
        for (std::size_t t = 0; t < fours; t += 4) {
            const __m512i q0 = rounded(sums[t], to[t] + channel, bias, multipliers);
            const __m512i q1 = rounded(sums[t + 1], to[t + 1] + channel, bias, multipliers);
            const __m512i q2 = rounded(sums[t + 2], to[t + 2] + channel, bias, multipliers);
            const __m512i q3 = rounded(sums[t + 3], to[t + 3] + channel, bias, multipliers);
            const __m512i first = _mm512_add_epi16(_mm512_packs_epi32(q0, q1), zero_points);
            const __m512i second = _mm512_add_epi16(_mm512_packs_epi32(q2, q3), zero_points);
            const __m512i all = _mm512_permutexvar_epi32(order, _mm512_packus_epi16(first, second));
            _mm_storeu_si128(reinterpret_cast<__m128i*>(base + to[t]), _mm512_castsi512_si128(all));
            _mm_storeu_si128(reinterpret_cast<__m128i*>(base + to[t + 1]), _mm512_extracti32x4_epi32(all, 1));
            _mm_storeu_si128(reinterpret_cast<__m128i*>(base + to[t + 2]), _mm512_extracti32x4_epi32(all, 2));
            _mm_storeu_si128(reinterpret_cast<__m128i*>(base + to[t + 3]), _mm512_extracti32x4_epi32(all, 3));
        }
#pragma GCC unroll 16
        for (std::size_t t = fours; t < Tile; ++t) {
            const __m512i q = _mm512_add_epi32(rounded(sums[t], to[t] + channel, bias, multipliers), zero_point);
            if constexpr (partial)
                _mm512_mask_cvtepi32_storeu_epi8(base + to[t], mask, q);
            else
                _mm_storeu_si128(reinterpret_cast<__m128i*>(base + to[t]), _mm512_cvtepi32_epi8(q));
        }
    }
};

template <bool partial>
struct FloatEnding {
    const Epilogue& epilogue;
    float* out;
    __mmask16 mask;

    template <std::size_t Tile>
    EXITSCOPE_VNNI_INLINE void operator()(const __m512i (&sums)[Tile], const std::size_t* to, std::size_t channel) const
    {
        const __mmask16 wanted = partial ? mask : __mmask16{0xffff};
        const __m512 bias = _mm512_maskz_loadu_ps(wanted, epilogue.bias + channel);
        const __m512 multipliers = _mm512_maskz_loadu_ps(wanted, epilogue.multipliers + channel);
        const __m512 low = _mm512_set1_ps(epilogue.low);
        const __m512 high = _mm512_set1_ps(epilogue.high);
#pragma GCC unroll 16
        for (std::size_t t = 0; t < Tile; ++t) {
            const __m512 y = _mm512_mul_ps(_mm512_add_ps(_mm512_cvtepi32_ps(sums[t]), bias), multipliers);
            _mm512_mask_storeu_ps(out + to[t] + channel, wanted, _mm512_min_ps(high, _mm512_max_ps(low, y)));
        }
    }
};

template <bool partial>
struct SumEnding {
    std::int32_t* out;
    __mmask16 mask;

    template <std::size_t Tile>
    EXITSCOPE_VNNI_INLINE void operator()(const __m512i (&sums)[Tile], const std::size_t* to, std::size_t channel) const
    {
#pragma GCC unroll 16
        for (std::size_t t = 0; t < Tile; ++t)
            _mm512_mask_storeu_epi32(out + to[t] + channel, partial ? mask : __mmask16{0xffff}, sums[t]);
    }
};

template <bool residual>
struct ByteEndings {
    const Epilogue& epilogue;
    std::uint8_t* out;
    [[nodiscard]] auto full() const { return ByteEnding<residual, false>{epilogue, out, 0xffff}; }
    [[nodiscard]] auto partial(__mmask16 mask) const { return ByteEnding<residual, true>{epilogue, out, mask}; }
};
struct FloatEndings {
    const Epilogue& epilogue;
    float* out;
    [[nodiscard]] auto full() const { return FloatEnding<false>{epilogue, out, 0xffff}; }
    [[nodiscard]] auto partial(__mmask16 mask) const { return FloatEnding<true>{epilogue, out, mask}; }
};
struct SumEndings {
    std::int32_t* out;
    [[nodiscard]] auto full() const { return SumEnding<false>{out, 0xffff}; }
    [[nodiscard]] auto partial(__mmask16 mask) const { return SumEnding<true>{out, mask}; }
};

/// What a tile reads, for `Blocks` blocks of 16 output channels.
struct TileInput {
    const VnniConvolution::Run* runs;
    std::size_t run_count;
    const std::int8_t* weights;
    std::size_t block_bytes;
    const std::int32_t* starts;
};

/// Sums of `Tile` positions for 16 * Blocks output channels in registers, then their ending.
template <std::size_t Tile, std::size_t Blocks, class Ending>
EXITSCOPE_VNNI void tile(const TileInput& input, const std::uint8_t* const* pixels, const std::size_t* to,
                         std::size_t channel, const Ending& ending)
{
    // Words that are multiplied before the next position's turn: as many as the registers have room for weights.
    constexpr std::size_t depth = Blocks == 1 ? 4 : Blocks == 2 ? 2 : 1;
    __m512i sums[Blocks][Tile];
#pragma GCC unroll 4
    for (std::size_t b = 0; b < Blocks; ++b)
#pragma GCC unroll 16
        for (std::size_t t = 0; t < Tile; ++t)
            sums[b][t] = _mm512_load_si512(input.starts + lanes * b);
    for (std::size_t r = 0; r < input.run_count; ++r) {
        std::ptrdiff_t offset = input.runs[r].input;
        const std::int8_t* weights = input.weights + input.runs[r].weights;
        std::size_t words = static_cast<std::size_t>(input.runs[r].words);
        for (; words >= depth; words -= depth, offset += depth * word, weights += depth * word * lanes) {
            __m512i w[depth][Blocks];
#pragma GCC unroll 4
            for (std::size_t d = 0; d < depth; ++d)
#pragma GCC unroll 4
                for (std::size_t b = 0; b < Blocks; ++b)
                    w[d][b] = _mm512_load_si512(weights + b * input.block_bytes + d * word * lanes);
#pragma GCC unroll 16
            for (std::size_t t = 0; t < Tile; ++t)
#pragma GCC unroll 4
                for (std::size_t d = 0; d < depth; ++d) {
                    std::int32_t four;
                    std::memcpy(&four, pixels[t] + offset + d * word, word);
                    const __m512i x = _mm512_set1_epi32(four);
#pragma GCC unroll 4
                    for (std::size_t b = 0; b < Blocks; ++b)
                        sums[b][t] = _mm512_dpbusd_epi32(sums[b][t], x, w[d][b]);
                }
        }
        for (; words > 0; --words, offset += word, weights += word * lanes)
#pragma GCC unroll 16
            for (std::size_t t = 0; t < Tile; ++t) {
                std::int32_t four;
                std::memcpy(&four, pixels[t] + offset, word);
                const __m512i x = _mm512_set1_epi32(four);
#pragma GCC unroll 4
                for (std::size_t b = 0; b < Blocks; ++b)
                    sums[b][t] = _mm512_dpbusd_epi32(sums[b][t], x, _mm512_load_si512(weights + b * input.block_bytes));
            }
    }
#pragma GCC unroll 4
    for (std::size_t b = 0; b < Blocks; ++b)
        ending(sums[b], to, channel + lanes * b);
}

template <class Ending>
using TileFunction = void (*)(const TileInput&, const std::uint8_t* const*, const std::size_t*, std::size_t,
                              const Ending&);

template <class Ending, std::size_t Blocks, std::size_t... I>
constexpr auto tiles(std::index_sequence<I...> /*sizes from 0*/)
{
    return std::array<TileFunction<Ending>, sizeof...(I)>{&tile<I + 1, Blocks, Ending>...};
}

/// As many positions as leave registers for weights and operands.
constexpr std::size_t largest_tile(std::size_t blocks)
{
    return blocks == 1 ? 16 : blocks == 2 ? 10 : 5;
}

template <class Ending, std::size_t Blocks>
constexpr auto tiles_of = tiles<Ending, Blocks>(std::make_index_sequence<largest_tile(Blocks)>());

/// `count` positions, `blocks` blocks of 16 output channels.
template <class Ending>
void run_tiles(const TileInput& input, const std::uint8_t* const* pixels, const std::size_t* to, std::size_t count,
               std::size_t blocks, std::size_t channel, const Ending& ending)
{
    const std::size_t tiles = (count + largest_tile(blocks) - 1) / largest_tile(blocks);
    for (std::size_t n = 0, done = 0; n < tiles; ++n) {
        const std::size_t size = count * (n + 1) / tiles - done;
        const auto run = blocks == 1   ? tiles_of<Ending, 1>[size - 1]
                         : blocks == 2 ? tiles_of<Ending, 2>[size - 1]
                                       : tiles_of<Ending, 4>[size - 1];
        run(input, pixels + done, to + done, channel, ending);
        done += size;
    }
}

/// The last block of a group, when that is not full.
template <class Ending>
void run_partial_tiles(const TileInput& input, const std::uint8_t* const* pixels, const std::size_t* to,
                       std::size_t count, std::size_t channel, const Ending& ending)
{
    for (std::size_t done = 0; done < count; done += largest_tile(1))
        tiles_of<Ending, 1>[std::min(largest_tile(1), count - done) - 1](input, pixels + done, to + done, channel,
                                                                         ending);
}

}  // namespace

void VnniConvolution::frame(const std::uint8_t* image, std::uint8_t* framed) const
{
    const std::size_t row_bytes = shape_.width * shape_.channels;
    const std::size_t frame_bytes = frame_width_ * shape_.channels;
    const auto top = static_cast<std::size_t>(shape_.pad_y);
    const std::size_t left = static_cast<std::size_t>(shape_.pad_x) * shape_.channels;
    const int fill = shape_.zero_point;
    for (std::size_t y = 0; y < frame_height_; ++y, framed += frame_bytes) {
        if (y < top || y - top >= shape_.height) {
            std::memset(framed, fill, frame_bytes);
            continue;
        }
        std::memset(framed, fill, left);
        std::memcpy(framed + left, image + (y - top) * row_bytes, row_bytes);
        std::memset(framed + left + row_bytes, fill, frame_bytes - left - row_bytes);
    }
}

template <class Endings>
void VnniConvolution::run_class(std::size_t index, const std::uint8_t* in, std::size_t first, std::size_t end,
                                const Memory& memory, const Endings& endings) const
{
    const Class& part = classes_[index];
    const std::size_t count = part.inputs.size();
    std::array<const std::uint8_t*, strip> pixels;
    std::array<std::size_t, strip> to;
    std::size_t filled = 0;
    for (std::size_t image = first; image < end; ++image) {
        const std::uint8_t* from = in + (image - first) * shape_.image_bytes();
        const std::size_t output = image * shape_.positions() * shape_.out_channels;
        for (std::size_t p = 0; p < count;) {
            const std::size_t more = std::min(count - p, strip - filled);
            for (std::size_t i = 0; i < more; ++i)
                pixels[filled + i] = from + part.inputs[p + i];
            for (std::size_t i = 0; i < more; ++i)
                to[filled + i] = output + static_cast<std::size_t>(part.outputs[p + i]);
            p += more;
            filled += more;
            if (filled == strip) {
                run_strip(index, pixels.data(), to.data(), filled, memory, endings);
                filled = 0;
            }
        }
    }
    run_strip(index, pixels.data(), to.data(), filled, memory, endings);
}

template <class Endings>
void VnniConvolution::run_strip(std::size_t index, const std::uint8_t** pixels, const std::size_t* to,
                                std::size_t count, const Memory& memory, const Endings& endings) const
{
    const Class& part = classes_[index];
    const std::size_t blocks = shape_.groups * group_blocks_;
    for (std::size_t group = 0; group < shape_.groups; ++group) {
        for (std::size_t block = 0, together = 0; block < group_blocks_; block += together) {
            const std::size_t channels = shape_.group_outputs() - block * lanes;
            together = channels >= 4 * lanes && count < 4 ? 4 : channels >= 2 * lanes ? 2 : 1;
            const std::size_t number = group * group_blocks_ + block;
            const TileInput input{part.runs.data(), part.runs.size(), memory.weights + number * block_bytes_,
                                  block_bytes_, memory.starts + (index * blocks + number) * lanes};
            const std::size_t channel = group * shape_.group_outputs() + block * lanes;
            if (channels >= lanes)
                run_tiles(input, pixels, to, count, together, channel, endings.full());
            else
                run_partial_tiles(input, pixels, to, count, channel,
                                  endings.partial(static_cast<__mmask16>((1U << channels) - 1U)));
        }
        for (std::size_t i = 0; i < count; ++i)
            pixels[i] += shape_.group_inputs();
    }
}

template <class Endings>
void VnniConvolution::run(const Memory& memory, std::size_t images, const Endings& endings) const
{
    if (!framed_) {
        for (std::size_t c = 0; c < classes_.size(); ++c)
            run_class(c, memory.in, 0, images, memory, endings);
        return;
    }
    for (std::size_t i = 0; i < images; ++i) {
        frame(memory.in + i * shape_.image_bytes(), memory.scratch);
        run_class(0, memory.scratch, i, i + 1, memory, endings);
    }
}

void VnniConvolution::to_bytes(const Memory& memory, std::size_t images, const Epilogue& epilogue,
                               std::uint8_t* out) const
{
    if (epilogue.residual)
        run(memory, images, ByteEndings<true>{epilogue, out});
    else
        run(memory, images, ByteEndings<false>{epilogue, out});
}

void VnniConvolution::to_floats(const Memory& memory, std::size_t images, const Epilogue& epilogue, float* out) const
{
    run(memory, images, FloatEndings{epilogue, out});
}

void VnniConvolution::to_sums(const Memory& memory, std::size_t images, std::int32_t* out) const
{
    run(memory, images, SumEndings{out});
}

}  // namespace exitscope::engine::kernels
