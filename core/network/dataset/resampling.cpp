// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/resampling.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace exitscope::dataset {
namespace {

constexpr int precision_bits = 32 - 8 - 2;  // Pillow's: 8-bit results, sums of weights below 2 in size

/// A filter of Pillow: weight at a distance in pixels, zero beyond `support`.
struct Kernel {
    double support;
    double (*weight)(double);
};

double box(double x)
{
    return x > -0.5 && x <= 0.5 ? 1.0 : 0.0;
}

double triangle(double x)
{
    return std::max(0.0, 1.0 - std::abs(x));
}

/// Keys' cubic convolution with parameter a.
double cubic(double x, double a)
{
    x = std::abs(x);
    if (x < 1.0)
        return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
    if (x < 2.0)
        return (((x - 5) * x + 8) * x - 4) * a;
    return 0.0;
}

double sinc(double x)
{
    if (x == 0.0)
        return 1.0;
    x *= std::numbers::pi;
    return std::sin(x) / x;
}

Kernel kernel_of(Filter filter)
{
    switch (filter) {
    case Filter::nearest: break;
    case Filter::bilinear: return {1.0, triangle};
    case Filter::bicubic: return {2.0, [](double x) { return cubic(x, -0.5); }};
    case Filter::area: break;
    case Filter::lanczos: return {3.0, [](double x) { return x >= -3.0 && x < 3.0 ? sinc(x) * sinc(x / 3) : 0.0; }};
    }
    return {0.5, box};
}

/// Sums of 8-bit values in fixed point, rounded to 8 bits after each direction.
struct Fixed {
    using Sum = std::int32_t;
    using Middle = std::uint8_t;
    static constexpr Sum zero = 1 << (precision_bits - 1);

    static Middle middle(Sum sum) { return pixel(sum); }
    static std::uint8_t pixel(Sum sum) { return static_cast<std::uint8_t>(std::clamp(sum >> precision_bits, 0, 255)); }
};

/// Sums in floating point, rounded once at the end.
struct Floating {
    using Sum = float;
    using Middle = float;
    static constexpr Sum zero = 0.0F;

    static Middle middle(Sum sum) { return sum; }
    static std::uint8_t pixel(Sum sum) { return static_cast<std::uint8_t>(std::clamp(sum, 0.0F, 255.0F) + 0.5F); }
};

std::size_t at(int index)
{
    return static_cast<std::size_t>(index);
}

/// Scales one row across. Weights of pixel x: `weights` + x * stride.
template <class Arithmetic, int channels>
void scale_row(const std::uint8_t* row, std::span<const int> first, std::span<const int> taps,
               const typename Arithmetic::Sum* weights, int stride, typename Arithmetic::Middle* out)
{
    for (std::size_t x = 0; x < first.size(); ++x, weights += stride, out += channels) {
        typename Arithmetic::Sum sum[channels];
        std::fill_n(sum, channels, Arithmetic::zero);
        const std::uint8_t* pixel = row + at(first[x]) * channels;
        for (int k = 0; k < taps[x]; ++k, pixel += channels)
            for (int c = 0; c < channels; ++c)
                sum[c] += weights[k] * static_cast<typename Arithmetic::Sum>(pixel[c]);
        for (int c = 0; c < channels; ++c)
            out[c] = Arithmetic::middle(sum[c]);
    }
}

}  // namespace

void Resampler::prepare(Axis& axis, int from, int to, int begin, int count) const
{
    if (axis.is(from, to, begin, count))
        return;
    axis.from = from;
    axis.to = to;
    axis.begin = begin;
    axis.count = count;
    axis.first.assign(at(count), 0);
    axis.taps.assign(at(count), 1);
    if (filter_ == Filter::nearest)
        prepare_nearest(axis);
    else if (antialias_ || filter_ == Filter::area || filter_ == Filter::lanczos)
        prepare_antialiased(axis);
    else
        prepare_interpolated(axis);
}

/// Image.resize(NEAREST) adds up positions in double precision; without antialiasing they are multiplied.
void Resampler::prepare_nearest(Axis& axis) const
{
    const double scale = static_cast<double>(axis.from) / axis.to;
    double position = scale * 0.5;
    for (int x = 0; x < axis.begin + axis.count; ++x, position += scale)
        if (x >= axis.begin)
            axis.first[at(x - axis.begin)] =
                std::min(static_cast<int>(antialias_ ? position : x * scale), axis.from - 1);
}

/// Pillow's precompute_coeffs() and normalize_coeffs_8bpc() (libImaging/Resample.c).
void Resampler::prepare_antialiased(Axis& axis) const
{
    const Kernel kernel = kernel_of(filter_);
    const double scale = static_cast<double>(axis.from) / axis.to;
    const double widened = std::max(scale, 1.0);
    const double support = kernel.support * widened;
    axis.stride = static_cast<int>(std::ceil(support)) * 2 + 1;
    axis.fixed.assign(at(axis.count) * at(axis.stride), 0);
    std::vector<double> weights(at(axis.stride));
    for (int x = 0; x < axis.count; ++x) {
        const double centre = (axis.begin + x + 0.5) * scale;
        const int first = std::max(static_cast<int>(centre - support + 0.5), 0);
        const int taps = std::min(static_cast<int>(centre + support + 0.5), axis.from) - first;
        double sum = 0;
        for (int k = 0; k < taps; ++k)
            sum += weights[at(k)] = kernel.weight((k + first - centre + 0.5) * (1.0 / widened));
        for (int k = 0; k < taps; ++k) {
            const double weight = (sum != 0.0 ? weights[at(k)] / sum : weights[at(k)]) * (1 << precision_bits);
            axis.fixed[at(x) * at(axis.stride) + at(k)] =
                static_cast<std::int32_t>(weight < 0 ? weight - 0.5 : weight + 0.5);
        }
        axis.first[at(x)] = first;
        axis.taps[at(x)] = taps;
    }
}

/// The taps around the position in the source, those beyond the border on the border's pixel.
void Resampler::prepare_interpolated(Axis& axis) const
{
    const bool smooth = filter_ == Filter::bicubic;
    const double scale = static_cast<double>(axis.from) / axis.to;
    const int before = smooth ? 1 : 0;  // taps left of the position's own
    axis.stride = smooth ? 4 : 2;
    axis.weights.assign(at(axis.count) * at(axis.stride), 0.0F);
    for (int x = 0; x < axis.count; ++x) {
        const double position = (axis.begin + x + 0.5) * scale - 0.5;
        const int left = static_cast<int>(std::floor(position)) - before;
        const auto inside = [&](int pixel) { return std::clamp(pixel, 0, axis.from - 1); };
        const int first = inside(left);
        for (int k = 0; k < axis.stride; ++k) {
            const double distance = position - (left + k);
            const double weight = smooth ? cubic(distance, -0.75) : triangle(distance);
            axis.weights[at(x) * at(axis.stride) + at(inside(left + k) - first)] += static_cast<float>(weight);
        }
        axis.first[at(x)] = first;
        axis.taps[at(x)] = inside(left + axis.stride - 1) - first + 1;
    }
}

void Resampler::pick(std::span<const std::uint8_t> pixels, int channels, int width, std::span<std::uint8_t> out) const
{
    std::uint8_t* to = out.data();
    for (const int y : down_.first) {
        const std::uint8_t* row = pixels.data() + at(y) * at(width) * at(channels);
        for (const int x : across_.first)
            to = std::copy_n(row + at(x) * at(channels), channels, to);
    }
}

template <class Arithmetic>
void Resampler::convolve(std::span<const std::uint8_t> pixels, int channels, int width,
                         std::vector<typename Arithmetic::Middle>& middle, std::vector<typename Arithmetic::Sum>& sums,
                         std::span<std::uint8_t> out) const
{
    const auto weights = [](const Axis& axis) {
        if constexpr (std::is_same_v<Arithmetic, Fixed>)
            return axis.fixed.data();
        else
            return axis.weights.data();
    };
    const int top = down_.first.front();
    const std::size_t row = across_.first.size() * at(channels);
    middle.resize(at(down_.end() - top) * row);
    for (int y = top; y < down_.end(); ++y) {
        const std::uint8_t* from = pixels.data() + at(y) * at(width) * at(channels);
        auto* to = middle.data() + at(y - top) * row;
        if (channels == 1)
            scale_row<Arithmetic, 1>(from, across_.first, across_.taps, weights(across_), across_.stride, to);
        else
            scale_row<Arithmetic, 3>(from, across_.first, across_.taps, weights(across_), across_.stride, to);
    }
    sums.resize(row);
    for (std::size_t y = 0; y < down_.first.size(); ++y) {
        std::fill(sums.begin(), sums.end(), Arithmetic::zero);
        for (int k = 0; k < down_.taps[y]; ++k) {
            const auto weight = weights(down_)[y * at(down_.stride) + at(k)];
            const auto* from = middle.data() + at(down_.first[y] + k - top) * row;
            for (std::size_t i = 0; i < row; ++i)
                sums[i] += weight * static_cast<typename Arithmetic::Sum>(from[i]);
        }
        std::uint8_t* to = out.data() + y * row;
        for (std::size_t i = 0; i < row; ++i)
            to[i] = Arithmetic::pixel(sums[i]);
    }
}

void Resampler::run(std::span<const std::uint8_t> pixels, int channels, Extent from, Extent scaled, Window part,
                    std::span<std::uint8_t> out)
{
    if (from == scaled) {
        const std::size_t row = at(part.width) * at(channels);
        for (int y = 0; y < part.height; ++y)
            std::copy_n(pixels.data() + (at(part.y + y) * at(from.width) + at(part.x)) * at(channels), row,
                        out.data() + at(y) * row);
        return;
    }
    prepare(across_, from.width, scaled.width, part.x, part.width);
    prepare(down_, from.height, scaled.height, part.y, part.height);
    if (filter_ == Filter::nearest)
        pick(pixels, channels, from.width, out);
    else if (across_.weights.empty())
        convolve<Fixed>(pixels, channels, from.width, middle_, sums_, out);
    else
        convolve<Floating>(pixels, channels, from.width, float_middle_, float_sums_, out);
}

}  // namespace exitscope::dataset
