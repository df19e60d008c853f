// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/thumbnail.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace exitscope::dataset {
namespace {

constexpr int longest_side = 96;

/// Interleaved 8-bit pixels of either kind of image.
std::vector<std::uint8_t> pixels_of(const Image& image)
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

std::vector<unsigned char> thumbnail_png(const Image& image)
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

std::function<std::vector<unsigned char>(SampleIndex, std::int32_t)> thumbnails_of(DatasetPtr images)
{
    return [images = std::move(images)](SampleIndex position, std::int32_t expected) -> std::vector<unsigned char> {
        if (!images || position.at() >= images->size())
            return {};
        const std::optional<ClassIndex> label = images->label(position);
        if (!label || static_cast<std::int32_t>(label->value) != expected)
            return {};
        const Expected<Image> image = images->image(position);
        return image ? thumbnail_png(*image) : std::vector<unsigned char>();
    };
}

}  // namespace exitscope::dataset
