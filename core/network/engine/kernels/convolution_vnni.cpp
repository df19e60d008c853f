// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/kernels/convolution_vnni.h"

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <utility>

#include "core/network/engine/kernels/onednn.h"

#define EXITSCOPE_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,fma")))
/// Inlined, so that sums stay in registers.
#define EXITSCOPE_VNNI_INLINE EXITSCOPE_VNNI __attribute__((always_inline)) inline

namespace exitscope::engine::kernels {
namespace {

constexpr std::size_t lanes = 16;  ///< output channels of one register
constexpr std::size_t word = 4;    ///< bytes that one instruction multiplies for each lane
constexpr std::size_t most_classes = 64;
constexpr std::size_t few_images = 4;
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

bool VnniConvolution::available()
{
    return instruction_set() == InstructionSet::avx512_vnni;
}

bool VnniConvolution::suits(const ConvolutionShape& shape)
{
    constexpr std::size_t most = std::size_t{1} << 30;
    return (shape.groups == 1 || shape.group_outputs() >= lanes / 2) && shape.image_bytes() < most &&
           shape.positions() * shape.out_channels < most &&
           shape.group_inputs() * shape.kernel_height * shape.kernel_width < most / lanes;
}

VnniConvolution::VnniConvolution(const ConvolutionShape& shape, std::span<const std::int8_t> weights,
                                 std::size_t images)
    : shape_(shape), frame_height_(shape.height), frame_width_(shape.width)
{
    const auto reach = [](std::size_t outputs, std::ptrdiff_t stride, std::size_t kernel, std::ptrdiff_t dilation) {
        return static_cast<std::size_t>((static_cast<std::ptrdiff_t>(outputs) - 1) * stride +
                                        (static_cast<std::ptrdiff_t>(kernel) - 1) * dilation + 1);
    };
    const std::size_t height = reach(shape.out_height, shape.stride_y, shape.kernel_height, shape.dilation_y);
    const std::size_t width = reach(shape.out_width, shape.stride_x, shape.kernel_width, shape.dilation_x);
    const bool pads = shape.pad_y > 0 || shape.pad_x > 0 || height > shape.height || width > shape.width;
    // A frame where taps are no whole words, and where classes would be too small to fill a tile.
    framed_ = pads && (shape.group_inputs() % word != 0 || images < few_images);
    if (!framed_ && pads) {
        classify();
        framed_ = classes_.size() > most_classes;
    }
    if (framed_) {
        frame_height_ = std::max(height, shape.height + static_cast<std::size_t>(shape.pad_y));
        frame_width_ = std::max(width, shape.width + static_cast<std::size_t>(shape.pad_x));
    }
    joined_ = (framed_ || !pads) && shape.groups == 1 && shape.dilation_x == 1;
    unit_columns_ = joined_ ? 1 : shape.kernel_width;
    unit_words_ = (shape.group_inputs() * (joined_ ? shape.kernel_width : 1) + word - 1) / word;
    group_blocks_ = (shape.group_outputs() + lanes - 1) / lanes;
    block_bytes_ = shape.kernel_height * unit_columns_ * unit_words_ * word * lanes;
    classify();
    for (Class& made : classes_)
        made.runs = runs(made);
    pack(weights);
    start(weights);
}

void VnniConvolution::release()
{
    packed_ = {};
    starts_ = {};
}

std::size_t VnniConvolution::scratch_bytes() const
{
    return framed_ ? frame_height_ * frame_width_ * shape_.channels + slack_bytes : 0;
}

void VnniConvolution::classify()
{
    const auto window = [this](std::size_t at, std::ptrdiff_t stride, std::ptrdiff_t pad, std::size_t kernel,
                               std::ptrdiff_t dilation, std::size_t extent) {
        Window inside{0, kernel};
        if (framed_)
            return inside;
        const std::ptrdiff_t origin = static_cast<std::ptrdiff_t>(at) * stride - pad;
        const auto position = [&](std::size_t tap) { return origin + static_cast<std::ptrdiff_t>(tap) * dilation; };
        while (inside.first < kernel && position(inside.first) < 0)
            ++inside.first;
        while (inside.end > inside.first && position(inside.end - 1) >= static_cast<std::ptrdiff_t>(extent))
            --inside.end;
        return inside;
    };
    const ConvolutionShape& s = shape_;
    const std::ptrdiff_t pad_y = framed_ ? 0 : s.pad_y;
    const std::ptrdiff_t pad_x = framed_ ? 0 : s.pad_x;
    classes_.clear();
    std::map<std::pair<Window, Window>, std::size_t> known;
    for (std::size_t y = 0; y < s.out_height; ++y) {
        const Window rows = window(y, s.stride_y, s.pad_y, s.kernel_height, s.dilation_y, s.height);
        for (std::size_t x = 0; x < s.out_width; ++x) {
            Window columns = window(x, s.stride_x, s.pad_x, s.kernel_width, s.dilation_x, s.width);
            const auto [found, fresh] = known.try_emplace({rows, columns}, classes_.size());
            if (fresh)
                classes_.push_back({rows, columns, {}, {}, {}});
            std::ptrdiff_t input = 0;
            if (rows.first < rows.end && columns.first < columns.end) {
                const auto first = [](std::size_t at, std::ptrdiff_t stride, std::ptrdiff_t pad, std::size_t tap,
                                      std::ptrdiff_t dilation) {
                    return static_cast<std::ptrdiff_t>(at) * stride - pad + static_cast<std::ptrdiff_t>(tap) * dilation;
                };
                input =
                    (first(y, s.stride_y, pad_y, rows.first, s.dilation_y) * static_cast<std::ptrdiff_t>(frame_width_) +
                     first(x, s.stride_x, pad_x, columns.first, s.dilation_x)) *
                    static_cast<std::ptrdiff_t>(s.channels);
            }
            classes_[found->second].inputs.push_back(static_cast<std::int32_t>(input));
            classes_[found->second].outputs.push_back(
                static_cast<std::int32_t>((y * s.out_width + x) * s.out_channels));
        }
    }
}

std::vector<VnniConvolution::Run> VnniConvolution::runs(const Class& made) const
{
    std::vector<Run> result;
    const std::size_t last = joined_ ? made.columns.first + 1 : made.columns.end;
    if (made.columns.first >= made.columns.end)
        return result;
    const std::size_t unit_bytes = unit_words_ * word;
    for (std::size_t ky = made.rows.first; ky < made.rows.end; ++ky)
        for (std::size_t kx = made.columns.first; kx < last; ++kx) {
            const std::size_t row = (ky - made.rows.first) * static_cast<std::size_t>(shape_.dilation_y) * frame_width_;
            const std::size_t column = (kx - made.columns.first) * static_cast<std::size_t>(shape_.dilation_x);
            const std::size_t input = (row + column) * shape_.channels;
            const std::size_t weights = (ky * unit_columns_ + kx) * unit_bytes * lanes;
            const bool continues =
                !result.empty() &&
                static_cast<std::size_t>(result.back().input) + static_cast<std::size_t>(result.back().words) * word ==
                    input &&
                static_cast<std::size_t>(result.back().weights) +
                        static_cast<std::size_t>(result.back().words) * word * lanes ==
                    weights;
            if (continues)
                result.back().words += static_cast<std::int32_t>(unit_words_);
            else
                result.push_back({static_cast<std::int32_t>(input), static_cast<std::int32_t>(weights),
                                  static_cast<std::int32_t>(unit_words_)});
        }
    return result;
}

void VnniConvolution::pack(std::span<const std::int8_t> weights)
{
    const std::size_t inputs = shape_.group_inputs();
    const std::size_t outputs = shape_.group_outputs();
    const std::size_t taps = shape_.kernel_height * shape_.kernel_width;
    packed_.assign(shape_.groups * group_blocks_ * block_bytes_, 0);
    for (std::size_t oc = 0; oc < shape_.out_channels; ++oc) {
        const std::size_t block = oc / outputs * group_blocks_ + oc % outputs / lanes;
        const std::size_t lane = oc % outputs % lanes;
        for (std::size_t tap = 0; tap < taps; ++tap) {
            const std::size_t unit = joined_ ? tap / shape_.kernel_width : tap;
            const std::size_t before = joined_ ? tap % shape_.kernel_width * inputs : 0;
            for (std::size_t i = 0; i < inputs; ++i) {
                const std::size_t byte = before + i;
                packed_[block * block_bytes_ + ((unit * unit_words_ + byte / word) * lanes + lane) * word +
                        byte % word] = weights[(oc * inputs + i) * taps + tap];
            }
        }
    }
}

void VnniConvolution::start(std::span<const std::int8_t> weights)
{
    const std::size_t inputs = shape_.group_inputs();
    const std::size_t outputs = shape_.group_outputs();
    const std::size_t taps = shape_.kernel_height * shape_.kernel_width;
    const std::size_t each = shape_.groups * group_blocks_ * lanes;
    starts_.assign(classes_.size() * each, 0);
    std::vector<std::int32_t> sums(taps);
    for (std::size_t group = 0; group < shape_.groups; ++group)
        for (std::size_t output = 0; output < outputs; ++output) {
            const std::int8_t* filter = weights.data() + (group * outputs + output) * inputs * taps;
            std::fill(sums.begin(), sums.end(), 0);
            for (std::size_t i = 0; i < inputs; ++i)
                for (std::size_t tap = 0; tap < taps; ++tap)
                    sums[tap] += filter[i * taps + tap];
            const std::size_t at = (group * group_blocks_ + output / lanes) * lanes + output % lanes;
            for (std::size_t c = 0; c < classes_.size(); ++c) {
                std::int32_t outside = 0;
                for (std::size_t tap = 0; tap < taps; ++tap) {
                    const std::size_t ky = tap / shape_.kernel_width;
                    const std::size_t kx = tap % shape_.kernel_width;
                    const bool inside = ky >= classes_[c].rows.first && ky < classes_[c].rows.end &&
                                        kx >= classes_[c].columns.first && kx < classes_[c].columns.end;
                    outside += inside ? 0 : sums[tap];
                }
                starts_[c * each + at] = outside * shape_.zero_point;
            }
        }
}

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
