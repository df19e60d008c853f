// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dataset/perturb.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "core/base/random.h"

namespace exitscope::dataset {
namespace {

struct Range {
    float low = 0;
    float high = 255;
};

/// Float channels, each a plane of its own.
std::vector<cv::Mat> planes_of(const Image& image)
{
    std::vector<cv::Mat> planes;
    for (int c = 0; c < image.channels; ++c) {
        cv::Mat plane(image.height, image.width, CV_32F);
        for (int y = 0; y < image.height; ++y)
            for (int x = 0; x < image.width; ++x) {
                const auto pixel =
                    static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) + static_cast<std::size_t>(x);
                const auto channel = static_cast<std::size_t>(c);
                const auto area = static_cast<std::size_t>(image.height) * static_cast<std::size_t>(image.width);
                plane.at<float>(y, x) =
                    image.is_float() ? image.values[channel * area + pixel]
                                     : float(image.pixels[pixel * static_cast<std::size_t>(image.channels) + channel]);
            }
        planes.push_back(plane);
    }
    return planes;
}

void move(cv::Mat& plane, const Perturbation& how)
{
    if (how.rotation == 0 && how.shift_x == 0 && how.shift_y == 0)
        return;
    const cv::Point2f middle((float(plane.cols) - 1) / 2, (float(plane.rows) - 1) / 2);
    cv::Mat matrix = cv::getRotationMatrix2D(middle, how.rotation, 1.0);
    matrix.at<double>(0, 2) += how.shift_x;
    matrix.at<double>(1, 2) += how.shift_y;
    cv::Mat moved;
    cv::warpAffine(plane, moved, matrix, plane.size(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    plane = moved;
}

void change_values(cv::Mat& plane, const Perturbation& how, const Range& range, Random& random)
{
    const double span = double(range.high) - double(range.low);
    const double middle = double(range.low) + span / 2;
    for (int y = 0; y < plane.rows; ++y)
        for (int x = 0; x < plane.cols; ++x) {
            double value = (double(plane.at<float>(y, x)) - middle) * how.contrast + middle + how.brightness * span;
            if (how.noise > 0)
                value += how.noise * span * random.normal();
            plane.at<float>(y, x) = std::clamp(static_cast<float>(value), range.low, range.high);
        }
}

}  // namespace

Expected<Image> perturbed(const Image& image, const Perturbation& how)
try {
    if (how.changes_nothing() || image.channels <= 0 || image.width <= 0 || image.height <= 0)
        return image;
    Range range;
    if (image.is_float()) {
        const auto [low, high] = std::minmax_element(image.values.begin(), image.values.end());
        range = {*low, *high};
    }
    std::vector<cv::Mat> planes = planes_of(image);
    Random random(how.seed);
    for (cv::Mat& plane : planes) {
        move(plane, how);
        if (how.blur > 0)
            cv::GaussianBlur(plane, plane, cv::Size(0, 0), how.blur, how.blur, cv::BORDER_REPLICATE);
        change_values(plane, how, range, random);
    }
    Image result = image;
    std::size_t at = 0;
    if (image.is_float()) {
        for (const cv::Mat& plane : planes)
            for (int y = 0; y < plane.rows; ++y)
                for (int x = 0; x < plane.cols; ++x)
                    result.values[at++] = plane.at<float>(y, x);
        return result;
    }
    for (int y = 0; y < image.height; ++y)
        for (int x = 0; x < image.width; ++x)
            for (const cv::Mat& plane : planes)
                result.pixels[at++] = static_cast<std::uint8_t>(std::lround(plane.at<float>(y, x)));
    return result;
} catch (const std::exception& failure) {
    return bad_input("perturbed image", std::string("cannot be computed: ") + failure.what());
}

}  // namespace exitscope::dataset
