// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/thumbnail.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace exitscope::report {
namespace {

constexpr int longest_side = 96;

/// Interleaved 8-bit pixels of either kind of image.
std::vector<std::uint8_t> pixels_of(const dataset::Image& image)
{
    if (!image.is_float())
        return image.pixels;
    const auto [low, high] = std::minmax_element(image.values.begin(), image.values.end());
    const float scale = *high > *low ? 255.0F / (*high - *low) : 0.0F;
    const std::size_t plane = image.values.size() / static_cast<std::size_t>(image.channels);
    std::vector<std::uint8_t> pixels(image.values.size());
    for (std::size_t c = 0; c < static_cast<std::size_t>(image.channels); ++c)
        for (std::size_t i = 0; i < plane; ++i) {
            const float stretched = (image.values[c * plane + i] - *low) * scale;
            pixels[i * static_cast<std::size_t>(image.channels) + c] =
                static_cast<std::uint8_t>(std::clamp(stretched, 0.0F, 255.0F));
        }
    return pixels;
}

}  // namespace

std::string base64(const unsigned char* bytes, std::size_t count)
{
    constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((count + 2) / 3 * 4);
    for (std::size_t i = 0; i < count; i += 3) {
        const std::size_t left = std::min<std::size_t>(3, count - i);
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k)
            group = group << 8 | (k < left ? bytes[i + k] : 0U);
        for (std::size_t k = 0; k < 4; ++k)
            text += k <= left ? digits[group >> (18 - 6 * k) & 63] : '=';
    }
    return text;
}

std::string png_uri(const std::vector<unsigned char>& png)
{
    return "data:image/png;base64," + base64(png.data(), png.size());
}

std::vector<unsigned char> thumbnail_png(const dataset::Image& image)
{
    const bool known = image.channels == 1 || image.channels == 3;
    if (!known || image.width <= 0 || image.height <= 0)
        return {};
    std::vector<std::uint8_t> pixels = pixels_of(image);
    const auto expected = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) *
                          static_cast<std::size_t>(image.channels);
    if (pixels.size() != expected)
        return {};
    try {
        const cv::Mat rgb(image.height, image.width, image.channels == 3 ? CV_8UC3 : CV_8UC1, pixels.data());
        cv::Mat picture;
        if (image.channels == 3)
            cv::cvtColor(rgb, picture, cv::COLOR_RGB2BGR);
        else
            picture = rgb;
        const int side = std::max(image.width, image.height);
        if (side * 2 <= longest_side) {
            const int factor = longest_side / side;
            cv::resize(picture, picture, {}, factor, factor, cv::INTER_NEAREST);
        } else if (side > longest_side) {
            const double factor = double(longest_side) / side;
            const cv::Size size(std::max(1, static_cast<int>(std::lround(image.width * factor))),
                                std::max(1, static_cast<int>(std::lround(image.height * factor))));
            cv::resize(picture, picture, size, 0, 0, cv::INTER_AREA);
        }
        std::vector<unsigned char> png;
        if (!cv::imencode(".png", picture, png, {cv::IMWRITE_PNG_COMPRESSION, 9}))
            return {};
        return png;
    } catch (const cv::Exception&) {
        return {};
    }
}

}  // namespace exitscope::report
