// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace exitscope::dataset {

enum class Filter { nearest, bilinear, bicubic, area, lanczos };

/// Width and height of an image, pixels.
struct Extent {
    int width = 0;
    int height = 0;

    friend bool operator==(const Extent&, const Extent&) = default;
};

/// A part of an image, pixels.
struct Window {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
};

/// Scales 8-bit images. With antialiasing the results are those of Pillow's Image.resize(): the filter is widened when
/// shrinking, and rows and then columns are weighted in 22-bit fixed point and rounded to 8 bits (`area` is Pillow's
/// BOX). Without it they are those of torch.nn.functional.interpolate(antialias=False) and OpenCV: two taps for
/// bilinear, four of Keys' filter with a = -0.75 for bicubic, the pixel at floor(x * from / to) for nearest; area and
/// lanczos have no such form and are antialiased always.
/// Keeps its tables and buffers from image to image, so that each thread needs its own.
class Resampler {
public:
    Resampler(Filter filter, bool antialias) : filter_(filter), antialias_(antialias) {}

    /// Scales `pixels`, [from.height, from.width, channels] with 1 or 3 channels, to the size `scaled` and writes
    /// the `part` of it, [part.height, part.width, channels], to `out`. No extent is zero; `part` lies inside.
    void run(std::span<const std::uint8_t> pixels, int channels, Extent from, Extent scaled, Window part,
             std::span<std::uint8_t> out);

private:
    /// Which pixels of a row or column make each pixel of a part of the scaled one, and their weights.
    struct Axis {
        int from = 0;
        int to = 0;
        int begin = 0;
        int count = 0;
        int stride = 0;                   ///< weights stored for each pixel
        std::vector<int> first;           ///< [count]
        std::vector<int> taps;            ///< [count]
        std::vector<std::int32_t> fixed;  ///< [count, stride], units of 2^-22
        std::vector<float> weights;       ///< [count, stride], without antialiasing

        [[nodiscard]] bool is(int from_, int to_, int begin_, int count_) const
        {
            return from == from_ && to == to_ && begin == begin_ && count == count_;
        }
        [[nodiscard]] int end() const { return first.back() + taps.back(); }
    };

    void prepare(Axis& axis, int from, int to, int begin, int count) const;
    void prepare_antialiased(Axis& axis) const;
    void prepare_interpolated(Axis& axis) const;
    void prepare_nearest(Axis& axis) const;
    void pick(std::span<const std::uint8_t> pixels, int channels, int width, std::span<std::uint8_t> out) const;
    template <class Arithmetic>
    void convolve(std::span<const std::uint8_t> pixels, int channels, int width,
                  std::vector<typename Arithmetic::Middle>& middle, std::vector<typename Arithmetic::Sum>& sums,
                  std::span<std::uint8_t> out) const;

    Filter filter_;
    bool antialias_;
    Axis across_;
    Axis down_;
    std::vector<std::uint8_t> middle_;  ///< rows that are scaled across only
    std::vector<std::int32_t> sums_;
    std::vector<float> float_middle_;
    std::vector<float> float_sums_;
};

}  // namespace exitscope::dataset
