// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/engine/kernels/epilogue.h"

#include <immintrin.h>

#include <cmath>

#include "core/network/engine/kernels/onednn.h"

namespace exitscope::engine::kernels {
namespace {

inline std::uint8_t element(const Epilogue& e, std::int32_t accumulator, std::size_t channel, const std::uint8_t* r)
{
    float y = (static_cast<float>(accumulator) + e.bias[channel]) * e.multipliers[channel];
    if (r)
        y = std::fma(static_cast<float>(*r) - e.residual_zero, e.residual_factor, y);
    y = y > e.low ? y : e.low;
    y = y < e.high ? y : e.high;
    return static_cast<std::uint8_t>(static_cast<std::int32_t>(std::nearbyint(y)) + e.zero_point);
}

void bytes_generic(const Epilogue& e, const std::int32_t* accumulators, const std::uint8_t* residual,
                   std::size_t first_channel, std::uint8_t* out)
{
    for (std::size_t c = first_channel; c < e.channels; ++c)
        out[c] = element(e, accumulators[c], c, residual ? residual + c : nullptr);
}

__attribute__((target("avx2,fma"))) void bytes_avx2(const Epilogue& e, const std::int32_t* accumulators,
                                                    std::size_t positions, std::uint8_t* out)
{
    const __m256 low = _mm256_set1_ps(e.low);
    const __m256 high = _mm256_set1_ps(e.high);
    const __m256i zero_point = _mm256_set1_epi32(e.zero_point);
    const __m256 residual_zero = _mm256_set1_ps(e.residual_zero);
    const __m256 residual_factor = _mm256_set1_ps(e.residual_factor);
    const std::uint8_t* residual = e.residual;
    for (std::size_t p = 0; p < positions; ++p, accumulators += e.channels, out += e.channels) {
        std::size_t c = 0;
        for (; c + 8 <= e.channels; c += 8) {
            const __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(accumulators + c));
            const __m256 t = _mm256_add_ps(_mm256_cvtepi32_ps(a), _mm256_loadu_ps(e.bias + c));
            __m256 y = _mm256_mul_ps(t, _mm256_loadu_ps(e.multipliers + c));
            if (residual) {
                const __m128i r = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(residual + c));
                const __m256 centred = _mm256_sub_ps(_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(r)), residual_zero);
                y = _mm256_fmadd_ps(centred, residual_factor, y);
            }
            y = _mm256_min_ps(_mm256_max_ps(y, low), high);
            const __m256i q = _mm256_add_epi32(_mm256_cvtps_epi32(y), zero_point);
            const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(q), _mm256_extracti128_si256(q, 1));
            _mm_storel_epi64(reinterpret_cast<__m128i*>(out + c), _mm_packus_epi16(words, words));
        }
        bytes_generic(e, accumulators, residual, c, out);
        residual = residual ? residual + e.channels : nullptr;
    }
}

__attribute__((target("avx512f,avx512bw,avx512vl,fma"))) void
bytes_avx512(const Epilogue& e, const std::int32_t* accumulators, std::size_t positions, std::uint8_t* out)
{
    const __m512 low = _mm512_set1_ps(e.low);
    const __m512 high = _mm512_set1_ps(e.high);
    const __m512i zero_point = _mm512_set1_epi32(e.zero_point);
    const __m512 residual_zero = _mm512_set1_ps(e.residual_zero);
    const __m512 residual_factor = _mm512_set1_ps(e.residual_factor);
    for (std::size_t c = 0; c < e.channels; c += 16) {
        const std::size_t left = e.channels - c;
        const auto mask = static_cast<__mmask16>(left >= 16 ? 0xffffU : (1U << left) - 1U);
        const __m512 bias = _mm512_maskz_loadu_ps(mask, e.bias + c);
        const __m512 multipliers = _mm512_maskz_loadu_ps(mask, e.multipliers + c);
        for (std::size_t p = 0; p < positions; ++p) {
            const std::size_t at = p * e.channels + c;
            const __m512i a = _mm512_maskz_loadu_epi32(mask, accumulators + at);
            __m512 y = _mm512_mul_ps(_mm512_add_ps(_mm512_cvtepi32_ps(a), bias), multipliers);
            if (e.residual) {
                const __m128i r = _mm_maskz_loadu_epi8(mask, e.residual + at);
                const __m512 centred = _mm512_sub_ps(_mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(r)), residual_zero);
                y = _mm512_fmadd_ps(centred, residual_factor, y);
            }
            y = _mm512_min_ps(_mm512_max_ps(y, low), high);
            const __m512i q = _mm512_add_epi32(_mm512_cvtps_epi32(y), zero_point);
            _mm_mask_storeu_epi8(out + at, mask, _mm512_cvtepi32_epi8(q));
        }
    }
}

}  // namespace

void Epilogue::to_bytes(const std::int32_t* accumulators, std::size_t positions, std::uint8_t* out) const
{
    switch (instruction_set()) {
    case InstructionSet::avx512_vnni:
    case InstructionSet::avx512: return bytes_avx512(*this, accumulators, positions, out);
    case InstructionSet::avx2: return bytes_avx2(*this, accumulators, positions, out);
    case InstructionSet::generic: break;
    }
    for (std::size_t p = 0; p < positions; ++p)
        bytes_generic(*this, accumulators + p * channels, residual ? residual + p * channels : nullptr, 0,
                      out + p * channels);
}

void Epilogue::to_floats(const std::int32_t* accumulators, std::size_t positions, float* out) const
{
    for (std::size_t p = 0; p < positions; ++p)
        for (std::size_t c = 0; c < channels; ++c) {
            const float y = (static_cast<float>(*accumulators++) + bias[c]) * multipliers[c];
            const float raised = y < low ? low : y;
            *out++ = raised > high ? high : raised;
        }
}

}  // namespace exitscope::engine::kernels
